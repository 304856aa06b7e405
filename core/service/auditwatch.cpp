#include "core/service/auditwatch.h"

#include "core/base/logging.h"

#include <algorithm>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

constexpr int kTellIntervalMs = 300;
constexpr Millis kLongestPlan = 60LL * 60 * 1000;

QMap<QString, QString> securitySettings(const Settings &settings)
{
    QMap<QString, QString> known{
        {QString::fromLatin1(setting::providerClientId.key),
         settings.get(setting::providerClientId)},
        {QString::fromLatin1(setting::signInWith.key), settings.get(setting::signInWith)},
        {QString::fromLatin1(setting::storedCalls.key), settings.get(setting::storedCalls)},
        {QString::fromLatin1(setting::allowedOrigins.key), settings.get(setting::allowedOrigins)},
        {QString::fromLatin1(setting::historyDays.key),
         QString::number(settings.get(setting::historyDays))},
        {QString::fromLatin1(setting::resultLimit.key),
         QString::number(settings.get(setting::resultLimit))},
    };
    for (const auto &choice : {setting::listAllTools, setting::openRegistration,
                               setting::promiseIssuer, setting::clientDocuments})
        known.insert(QString::fromLatin1(choice.key), settings.get(choice) ? u"on"_s : u"off"_s);
    return known;
}

QString shownValue(const QString &value)
{
    return value.isEmpty() ? u"(empty)"_s : value;
}

} // namespace

AuditWatch::AuditWatch(store::AuditTrail &trail, const Settings &settings, QObject *parent)
    : QObject(parent)
    , m_trail(trail)
    , m_settings(settings)
    , m_known(securitySettings(settings))
    , m_telling(kTellIntervalMs)
{
    m_notesDue.setSingleShot(true);
    connect(&m_notesDue, &QTimer::timeout, this, [this] {
        m_trail.writeNotes();
        plan();
    });
    connect(&m_telling, &Throttle::due, this, &AuditWatch::written);
    m_trail.setListener([this] {
        m_telling.request();
        plan();
    });
}

AuditWatch::~AuditWatch()
{
    m_trail.setListener({});
}

void AuditWatch::compareSettings()
{
    const QMap<QString, QString> now = securitySettings(m_settings);
    for (auto it = now.cbegin(); it != now.cend(); ++it) {
        const QString before = m_known.value(it.key());
        if (it.value() != before)
            settingChanged(
                u"%1: %2, before %3"_s.arg(it.key(), shownValue(it.value()), shownValue(before)));
    }
    m_known = now;
}

void AuditWatch::settingChanged(const QString &what)
{
    const auto written =
        m_trail.record({.kind = store::AuditKind::SettingsChanged, .outcome = what});
    if (!written)
        qCCritical(lcApp).noquote()
            << "An event is missing in the audit trail:" << written.error().text();
}

void AuditWatch::finish()
{
    m_notesDue.stop();
    m_trail.writeNotes(true);
}

void AuditWatch::plan()
{
    if (const auto wait = m_trail.notesDueIn())
        m_notesDue.start(int(std::clamp<Millis>(*wait, 1, kLongestPlan)));
}

} // namespace flaredeck::service
