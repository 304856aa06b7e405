#include "core/tools/rules.h"

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

Rules::Rules(store::Rules &table, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_table(table)
    , m_clock(clock)
    , m_book(table.all())
{
}

Result<> Rules::set(const ClientId &client, const QString &subject, std::optional<Policy> policy)
{
    // What an update took away can still be tidied up.
    const bool isTidying = !policy && m_book.find(client, subject);
    if (!isTidying && !RuleBook::isRule(subject, policy.value_or(Policy::Allow))) {
        return fail(Error::Kind::InvalidInput, u"There is no such rule for %1."_s.arg(subject),
                    u"Name a tool, a toolset (allow or off) or an effect (allow or ask)."_s);
    }
    const Result<> done = policy ? m_table.save({client, subject, *policy, m_clock.now()})
                                 : m_table.remove(client, subject);
    if (!done)
        return done;
    readAgain();
    if (policy != Policy::Allow)
        emit withheld(client, subject);
    return {};
}

void Rules::readAgain()
{
    const QList<store::Rule> rules = m_table.all();
    if (rules == m_book.all())
        return;
    m_book = RuleBook(rules);
    emit changed();
}

} // namespace flaredeck::tools
