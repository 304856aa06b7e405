#include "core/store/vault/ruletable.h"

#include "core/base/plaintext.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<Rule> &ruleLayout()
{
    using Row = Rule;
    using C = Column<Row>;
    // The numbers in the column `policy`.
    static_assert(static_cast<int>(Policy::Allow) == 0 && static_cast<int>(Policy::Ask) == 1 &&
                  static_cast<int>(Policy::Off) == 2);
    static const Layout<Row> rows("rules",
                                  {C::of<&Row::client>("client_id"),
                                   C::of<&Row::subject>("subject"), C::of<&Row::policy>("policy"),
                                   C::of<&Row::changedAt>("changed_at")},
                                  "client_id, subject", "PRIMARY KEY (client_id, subject)");
    return rows;
}

/// "tool:d1_database_delete" becomes "the tool d1_database_delete".
QString inWords(const QString &subject)
{
    return u"the %1 %2"_s.arg(subject.section(u':', 0, 0), subject.section(u':', 1));
}

} // namespace

Rules::Rules(Database &database, AuditTrail &audit)
    : Table(database, ruleLayout())
    , m_audit(audit)
{
}

QStringList Rules::create() const
{
    return QStringList(Table::create())
           << u"CREATE TRIGGER rules_end_with_client AFTER DELETE ON clients "
              "BEGIN DELETE FROM rules WHERE client_id = OLD.id; END"_s;
}

QList<Rule> Rules::all()
{
    return orNothing(select(u"ORDER BY client_id, subject"_s));
}

Result<> Rules::save(const Rule &rule)
{
    return m_audit.transaction([&]() -> Result<> {
        if (!rule.client.isEmpty()) {
            const auto known = fetchOne(m_database, u"SELECT count(*) FROM clients WHERE id = ?"_s,
                                        {rule.client.value}, firstColumn<int>);
            if (!known)
                return fail(known.error());
            if (known->value_or(0) == 0)
                return fail(Error::Kind::InvalidInput,
                            u"There is no client %1."_s.arg(plaintext::line(rule.client.value)),
                            u"Choose one of the clients that Flaredeck knows."_s);
        }
        if (const Result<> saved = Table::save(rule); !saved)
            return saved;
        return m_audit.append(
            {.kind = AuditKind::RuleChanged,
             .client = rule.client,
             .outcome = u"%1: %2"_s.arg(inWords(rule.subject), nameOf(rule.policy))});
    });
}

Result<> Rules::remove(const ClientId &client, const QString &subject)
{
    return m_audit.transaction([&]() -> Result<> {
        const QVariantList key{client.value, subject};
        const auto rule = selectOne(u"WHERE client_id = ? AND subject = ?"_s, key);
        if (!rule)
            return fail(rule.error());
        if (!*rule)
            return {};
        const Result<> recorded =
            m_audit.append({.kind = AuditKind::RuleChanged,
                            .client = client,
                            .outcome = u"%1: as usual"_s.arg(inWords(subject))});
        if (!recorded)
            return recorded;
        return m_database.change(u"DELETE FROM rules WHERE client_id = ? AND subject = ?"_s, key);
    });
}

} // namespace flaredeck::store
