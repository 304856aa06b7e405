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

    /// Records an event without a change of the vault.
    Result<> record(const AuditEvent &event);
    /// The same for events that others can cause at will: equal events in quick succession become
    /// one row. A failure is only logged.
    void note(const AuditEvent &event);
    /// Writes the events that note() counted in windows that have ended, or in all windows.
    void writeNotes(bool all = false);
    /// Milliseconds until writeNotes() has something to write; empty when note() has counted
    /// nothing.
    [[nodiscard]] std::optional<Millis> notesDueIn() const;
    /// Called after each commit that reached the trail, and after each note().
    void setListener(std::function<void()> listener);

    // The seal of the newest row: each transaction renews it while the key is available.

    /// Makes the key available. Also seals what was written without it, unless the trail does not
    /// match its seal: then that seal stays.
    void unlock(Secret key);
    /// Whether the trail matched its seal and only this object has written since.
    [[nodiscard]] bool isSealed() const { return m_isSealed; }
    /// Within transaction(): another key seals from now on, whatever the previous seal was.
    void sealWith(Secret key) { m_nextKey = std::move(key); }
    [[nodiscard]] SealState check(const AuditSeal &seal) const;
    [[nodiscard]] static Result<AuditSeal> readSeal(Database &database);

    // For the tables of the vault: a change and its row are one transaction.

    /// Calls the listener after a commit that changed the trail.
    Result<> transaction(const std::function<Result<>()> &work);
    /// Within transaction(): writes the newest row, and drops the oldest when there are too many.
    Result<> append(AuditEvent event);
    /// Within transaction(): records the revocation of the live grants `g` that the condition
    /// `which` selects.
    Result<> appendRevoked(const QString &which, const QVariantList &values, const QString &reason);
    /// Within transaction(), once a day: drops the oldest rows if they are from before `oldBefore`,
    /// which comes from ClockWatch::olderThan().
    Result<> drop(Millis oldBefore);

    /// The statements that create the tables, and the triggers that make them append-only.
    [[nodiscard]] static QStringList create();
    static constexpr int kTriggers = 7;
    [[nodiscard]] static const Layout<AuditRow> &layout();

private:
    /// Where the chain begins and ends; equal when there are no rows.
    struct Ends {
        qint64 anchor = 0;
        qint64 head = 0;
        QByteArray headHash;
    };
    [[nodiscard]] Result<Ends> ends();
    /// Within transaction(), at its end. Sets `newest` to what was sealed.
    Result<> renewSeal(Ends &newest);
    [[nodiscard]] bool fits(const AuditSeal &seal) const;
    Result<> insert(const AuditEvent &event, const Ends &ends);
    Result<> dropUpTo(qint64 sequence, AuditPrune::Why why);
    Result<> nameParties(AuditEvent &event);
    void writeNoted(const QList<AuditEvent> &events);
    void notifyListener() const;

    Database &m_database;
    const Clock &m_clock;
    Table<AuditRow> m_rows;
    Table<AuditSeal> m_seal;
    Secret m_key;     ///< empty = not available
    Secret m_nextKey; ///< in the running transaction
    Ends m_ours;      ///< while isSealed(): as last written by this object
    bool m_isSealed = false;
    AuditRepeats m_notes;
    std::function<void()> m_listener;
    bool m_appended = false; ///< in the running transaction
};

} // namespace flaredeck::store
