#pragma once

#include "core/base/clock.h"
#include "core/base/surroundings.h"
#include "core/connect/clientcatalog.h"
#include "core/connect/configfile.h"
#include "core/connect/entryreading.h"
#include "core/connect/load.h"

namespace flaredeck::connect {

/// What is known of one client on this computer.
struct ClientSetup {
    enum class State {
        NotFound,   ///< no trace of it
        Found,      ///< installed, and does not know Flaredeck
        Configured, ///< it has an entry that leads here
        Different,  ///< it has one for Flaredeck that does not lead here, or is switched off
        Lost,       ///< we wrote an entry, and it is gone
        Unreadable, ///< see problem
    };
    QString id;
    QString name;
    State state = State::NotFound;
    QString file;          ///< of its configuration
    QList<Way> ways;       ///< that it can take, the recommended first
    Way way = Way::Bridge; ///< of the entry that is there, or else the recommended
    QString problem;       ///< when Different or Unreadable: cause and what to do
    QStringList next;      ///< what the person does in the client after a change
    QString command;       ///< of the client's own that does the same, to be typed; may be empty
    QString note;          ///< why the client may not reach us from where it runs; may be empty
    QStringList seenAs;    ///< see KnownClient
    QStringList relays;    ///< names of entries that run mcp-remote to reach us
    QStringList hosted;    ///< names of entries that lead to servers which we replace
    Millis writtenAt = 0;  ///< by us; 0 = not by us
    bool canUndo = false;
    bool hasFormerAddress = false; ///< we wrote its entry, and the address is not ours any more

    bool operator==(const ClientSetup &) const = default;
};

/// The clients of this computer, those that are there first, and what their relays take.
struct Survey {
    QList<ClientSetup> clients;
    Loads loads;

    bool operator==(const Survey &) const = default;
};

/// One change of one file, before it is made.
struct SetupPlan {
    QString id;
    Way way = Way::Bridge;
    QString file;
    bool createsFile = false;
    bool changesNothing = false;
    QString difference;   ///< lines that begin with "-" or "+", and two of context; redacted
    QStringList replaces; ///< what is there and will not be any more, in words
    QStringList next;     ///< what the person does afterwards
    QString command;      ///< of the client's own that does the same, to be typed; may be empty
    QString link;         ///< that makes the client ask to do the same; may be empty; no secrets
    QString note;         ///< as in ClientSetup
    QByteArray token;     ///< names this very change: of this file as it is, to what is shown

    bool operator==(const SetupPlan &) const = default;
};

/// What undoing what we wrote for one client does, before it is done.
struct UndoPlan {
    QString id;
    QString name;
    QString file;
    bool removesFile = false; ///< it had not been there before
    QString difference = {};  ///< as in SetupPlan; empty = there is nothing of ours any more
    QString problem = {};     ///< why it cannot be undone, and what to do; else empty

    bool operator==(const UndoPlan &) const = default;
};

/// What became of the clients that had the former address.
struct Updated {
    QStringList names;    ///< that have the present one now
    QStringList problems; ///< of the others

    bool operator==(const Updated &) const = default;
};

/// Enters Flaredeck into the configurations of MCP clients, and takes it out again. The functions
/// block for the disk; any thread, one at a time.
class Connector
{
public:
    /// What undoing needs is kept in `records`, a directory of our own.
    Connector(Places places, QString records, Surroundings around = {});

    [[nodiscard]] Survey survey(const Target &target) const;
    /// The change that makes the client reach us. An entry that leads to us some other way is
    /// replaced, and with `alsoHosted` those that lead to the provider's servers.
    [[nodiscard]] Result<SetupPlan> plan(const QString &id, Way way, const Target &target,
                                         bool alsoHosted) const;
    /// Makes the planned change. Cancelled when the file, or what would be written, is another than
    /// the token names.
    [[nodiscard]] Result<> write(const QString &id, Way way, const Target &target, bool alsoHosted,
                                 const QByteArray &token, Millis now) const;
    /// What undo() would do, for every client that we wrote for.
    [[nodiscard]] QList<UndoPlan> planUndo() const;
    /// Puts the former bytes back, or, when somebody wrote since, only takes our part out. Answers
    /// which of the two, as a sentence.
    [[nodiscard]] Result<QString> undo(const QString &id) const;
    /// Writes the present address where we wrote the former one, and changes nothing else.
    [[nodiscard]] Updated updateAddresses(const Target &target, Millis now) const;

private:
    struct Change;
    struct Undoing;
    [[nodiscard]] Result<Undoing> undoing(const KnownClient &client) const;
    [[nodiscard]] Result<KnownClient> find(const QString &id) const;
    [[nodiscard]] Result<Change> change(const QString &id, Way way, const Target &target,
                                        bool alsoHosted) const;
    [[nodiscard]] Result<> put(const Change &change, Millis now) const;
    [[nodiscard]] Result<> updateAddress(const KnownClient &client, const Target &target,
                                         Millis now) const;
    [[nodiscard]] ClientSetup look(const KnownClient &client, const Target &target) const;

    const Places m_places;
    const QString m_records;
    const Surroundings m_around;
};

} // namespace flaredeck::connect
