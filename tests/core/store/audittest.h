#pragma once

#include "core/store/audit/auditreader.h"
#include "vaulttest.h"

#include <algorithm>

namespace flaredeck::store {

/// A test on the audit trail of its own vault.
class AuditTest : public VaultTest
{
protected:
    [[nodiscard]] QList<AuditRow> rows() const
    {
        auto reader = AuditReader::open(m_file);
        auto found =
            reader ? reader->rows(0, 20'000) : Result<QList<AuditRow>>(fail(reader.error()));
        if (!found)
            qFatal("%s", qPrintable(found.error().text()));
        std::reverse(found->begin(), found->end());
        return *found;
    }

    [[nodiscard]] QStringList events() const
    {
        QStringList names;
        for (const AuditRow &row : rows())
            names << row.event;
        return names;
    }

    [[nodiscard]] AuditVerdict verdict() const
    {
        auto reader = AuditReader::open(m_file);
        const auto found = reader ? reader->verify() : Result<AuditVerdict>(fail(reader.error()));
        if (!found)
            qFatal("%s", qPrintable(found.error().text()));
        return *found;
    }

    void record(int count)
    {
        for (int i = 0; i < count; ++i) {
            m_clock.advance(1000);
            QVERIFY(m_vault->audit.record({.kind = AuditKind::SettingsChanged,
                                           .client = {QStringLiteral("c")},
                                           .grant = {QStringLiteral("g")},
                                           .outcome = QStringLiteral("change %1").arg(i),
                                           .peer = {QStringLiteral("/usr/bin/x"), 7}}));
        }
    }

    /// Statements that create the triggers as they are.
    [[nodiscard]] QStringList triggers() const
    {
        auto database = Database::open(m_file, Database::Durability::Full);
        auto found = database->run(QStringLiteral(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"));
        QStringList statements;
        while ((*found)->next())
            statements << (*found)->value(0).toString();
        (*found)->finish();
        return statements;
    }

    /// Changes the trail as somebody can who may write the file.
    Result<> tamper(const QStringList &statements, bool withoutTriggers = true) const
    {
        auto database = Database::open(m_file, Database::Durability::Full);
        if (!database)
            return fail(database.error());
        if (withoutTriggers) {
            for (const QString &name :
                 {QStringLiteral("audit_appends"), QStringLiteral("audit_moves_head"),
                  QStringLiteral("audit_never_changes"),
                  QStringLiteral("audit_drops_what_is_anchored"),
                  QStringLiteral("audit_chain_moves_forward"), QStringLiteral("audit_chain_stays"),
                  QStringLiteral("audit_chain_is_one")}) {
                if (const auto gone = database->execute(QStringLiteral("DROP TRIGGER ") + name);
                    !gone)
                    return gone;
            }
        }
        for (const QString &statement : statements) {
            if (const auto done = database->execute(statement); !done)
                return done;
        }
        return {};
    }
};

} // namespace flaredeck::store
