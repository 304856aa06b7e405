#pragma once

#include "core/store/audit/auditrepeats.h"
#include "core/store/vault/table.h"

#include <functional>

namespace flaredeck::store {

/// Writes the audit trail. Core thread.
class AuditTrail
{
public:
    AuditTrail(Database &database, const Clock &clock);

    /// For an event that comes with no change of the vault.
    Result<> record(const AuditEvent &event);
    /// The same for what others can cause at will: equal events that follow each other closely
    /// become one row. A failure is logged.
    void note(const AuditEvent &event);
    /// Writes what note() has counted in windows that have ended, or in all of them.
    void writeNotes(bool all = false);
    /// Milliseconds until writeNotes() has something to do; nothing when note() has counted
    /// nothing.
    [[nodiscard]] std::optional<Millis> notesDueIn() const;
    /// Called after each commit that reached the trail, and after each note().
    void setListener(std::function<void()> listener);

    // The seal of the newest row, which each transaction renews while the key is at hand.

    /// The key is at hand from now on. What was written without it is sealed, too, unless the trail
    /// does not fit its seal: then it keeps that one.
    void unlock(Secret key);
    /// Whether the trail fitted its seal, and only we wrote since.
    [[nodiscard]] bool isSealed() const { return m_isSealed; }
    /// Within transaction(): another key seals from now on, whatever was before.
    void sealWith(Secret key) { m_nextKey = std::move(key); }
    [[nodiscard]] SealState check(const AuditSeal &seal) const;
    [[nodiscard]] static Result<AuditSeal> readSeal(Database &database);

    // For the tables of the vault: a change and its row are one transaction.

    /// Tells the listener when it has reached the trail.
    Result<> transaction(const std::function<Result<>()> &work);
    /// Within transaction(): writes the newest row, and drops the oldest when there are too many.
    Result<> append(AuditEvent event);
    /// Within transaction(): tells of the end of the live ones among the grants `g` that `which`
    /// picks.
    Result<> appendRevoked(const QString &which, const QVariantList &values, const QString &reason);
    /// Within transaction(), once a day: drops the oldest rows when they are from before
    /// `oldBefore`. See ClockWatch::olderThan() for who may say so.
    Result<> drop(Millis oldBefore);

    /// What makes the tables, and the triggers that let them grow at their end only.
    [[nodiscard]] static QStringList create();
    static constexpr int kTriggers = 7;
    [[nodiscard]] static const Layout<AuditRow> &layout();

private:
    /// Where the chain begins and ends. Without rows both are the same.
    struct Ends {
        qint64 anchor = 0;
        qint64 head = 0;
        QByteArray headHash;
    };
    [[nodiscard]] Result<Ends> ends();
    /// Within transaction(), at its end. `newest`: what was sealed.
    Result<> renewSeal(Ends &newest);
    [[nodiscard]] bool fits(const AuditSeal &seal) const;
    Result<> insert(const AuditEvent &event, const Ends &ends);
    Result<> dropUpTo(qint64 sequence, AuditPrune::Why why);
    Result<> nameParties(AuditEvent &event);
    void writeNoted(const QList<AuditEvent> &events);
    void tellListener() const;

    Database &m_database;
    const Clock &m_clock;
    Table<AuditRow> m_rows;
    Table<AuditSeal> m_seal;
    Secret m_key;     ///< empty = not at hand
    Secret m_nextKey; ///< in the running transaction
    Ends m_ours;      ///< while isSealed(): as we wrote them last
    bool m_isSealed = false;
    AuditRepeats m_notes;
    std::function<void()> m_listener;
    bool m_appended = false; ///< in the running transaction
};

} // namespace flaredeck::store
