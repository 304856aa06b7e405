#include "core/connect/connector.h"

#include "core/base/crypto.h"
#include "core/base/json.h"
#include "core/base/logging.h"
#include "core/connect/setuprecord.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;
using Leads = EntryReading::Leads;

namespace {

const QString kName = u"flaredeck"_s;
constexpr qsizetype kContextLines = 2;
const QString kHidden = u"…"_s;
constexpr qsizetype kShortestSecret = 4; ///< "1" and "true" are in too many other words

/// The lines that differ, with a little of what stands around them. One place of a file is changed,
/// or a few near each other, so what is equal at both ends is all that need not be shown.
QString difference(const QByteArray &before, const QByteArray &after, const QStringList &secrets)
{
    const auto safe = [&secrets](QString line) {
        for (const QString &secret : secrets)
            line.replace(secret, kHidden);
        return redact(line);
    };
    const auto lines = [](const QByteArray &bytes) {
        QStringList list = QString::fromUtf8(bytes).split(u'\n');
        for (QString &line : list) {
            if (line.endsWith(u'\r'))
                line.chop(1);
        }
        if (list.last().isEmpty())
            list.removeLast();
        return list;
    };
    const QStringList old = lines(before);
    const QStringList now = lines(after);
    const qsizetype most = std::min(old.size(), now.size());
    qsizetype top = 0;
    while (top < most && old[top] == now[top])
        ++top;
    qsizetype end = 0;
    while (end < most - top && old[old.size() - 1 - end] == now[now.size() - 1 - end])
        ++end;
    QStringList shown;
    const auto add = [&](const QString &mark, const QStringList &list) {
        for (const QString &line : list)
            shown << mark + safe(line);
    };
    const qsizetype from = std::max<qsizetype>(0, top - kContextLines);
    add(u"  "_s, now.mid(from, top - from));
    add(u"- "_s, old.mid(top, old.size() - end - top));
    add(u"+ "_s, now.mid(top, now.size() - end - top));
    add(u"  "_s, now.mid(now.size() - end, std::min(end, kContextLines)));
    return shown.join(u'\n');
}

QByteArray tokenOf(const ConfigFile &before, const QByteArray &after)
{
    const QList<QByteArray> parts{before.realPath.toUtf8(), before.exists ? "there" : "new",
                                  crypto::sha256(before.bytes), crypto::sha256(after)};
    return crypto::toBase64Url(crypto::sha256(parts.join('\0')));
}

bool isMeantForUs(Leads leads, bool alsoHosted)
{
    return leads != Leads::Elsewhere && (leads != Leads::Hosted || alsoHosted);
}

/// Which entry says most about the client's state.
int weight(Leads leads)
{
    switch (leads) {
    case Leads::Here:
        return 3;
    case Leads::SwitchedOff:
        return 2;
    case Leads::Astray:
        return 1;
    case Leads::Relay:
    case Leads::Hosted:
    case Leads::Elsewhere:
        break;
    }
    return 0;
}

QString problemOf(Leads leads, const QString &name)
{
    return leads == Leads::SwitchedOff
               ? u"The entry “%1” is switched off there."_s.arg(name)
               : u"The entry “%1” does not lead to this Flaredeck."_s.arg(name);
}

tl::unexpected<Error> cannotEnter(const KnownClient &client)
{
    return fail(Error::Kind::InvalidInput, u"%1 cannot be connected that way."_s.arg(client.name),
                u"Choose the other way."_s);
}

} // namespace

struct Connector::Change {
    KnownClient client;
    ConfigFile before;
    QByteArray after;
    QStringList names;    ///< that are written
    QStringList replaces; ///< in words
    QStringList secrets;  ///< of the file's entries, the longest first
};

Connector::Connector(Places places, QString records)
    : m_places(std::move(places))
    , m_records(std::move(records))
{
}

Survey Connector::survey(const Target &target) const
{
    Survey survey;
    for (const KnownClient &client : knownClients(m_places))
        survey.clients << look(client, target);
    std::stable_partition(
        survey.clients.begin(), survey.clients.end(),
        [](const ClientSetup &setup) { return setup.state != ClientSetup::State::NotFound; });
    survey.loads = measureLoads();
    return survey;
}

ClientSetup Connector::look(const KnownClient &client, const Target &target) const
{
    ClientSetup setup;
    setup.id = client.id;
    setup.name = client.name;
    setup.file = QDir::toNativeSeparators(client.file);
    setup.way = client.use;
    for (const Way way : {client.use, client.use == Way::Http ? Way::Bridge : Way::Http}) {
        if (client.shape(way))
            setup.ways << way;
    }
    setup.command = QString(client.command).replace("{url}"_L1, target.url);
    setup.seenAs = client.seenAs;
    const auto record = readRecord(m_records, client.id);
    if (record) {
        setup.writtenAt = record->at;
        setup.canUndo = true;
    }
    const auto file = readConfig(client.file, m_places.home);
    const auto entries = file ? entriesOf(file->bytes, client.place) : fail(file.error());
    if (!entries) {
        setup.state = ClientSetup::State::Unreadable;
        setup.problem = entries.error().text();
        return setup;
    }
    Leads best = Leads::Elsewhere;
    for (const Found &entry : *entries) {
        const EntryReading reading =
            readEntry(entry.name, entry.value, target, record ? record->names : QStringList());
        if (reading.leads == Leads::Relay)
            setup.relays << entry.name;
        if (reading.leads == Leads::Hosted)
            setup.hosted << entry.name;
        if (weight(reading.leads) <= weight(best))
            continue;
        best = reading.leads;
        setup.way = reading.way;
        setup.problem = best == Leads::Here ? QString() : problemOf(best, entry.name);
    }
    setup.next = client.nextSteps(setup.way);
    if (best == Leads::Here)
        setup.state = ClientSetup::State::Configured;
    else if (weight(best) > 0)
        setup.state = ClientSetup::State::Different;
    else if (record)
        setup.state = ClientSetup::State::Lost;
    else if (file->exists || isInstalled(client, m_places))
        setup.state = ClientSetup::State::Found;
    return setup;
}

Result<KnownClient> Connector::find(const QString &id) const
{
    const QList<KnownClient> clients = knownClients(m_places);
    const auto found = std::find_if(clients.begin(), clients.end(),
                                    [&id](const KnownClient &one) { return one.id == id; });
    if (found != clients.end())
        return *found;
    return fail(Error::Kind::NotFound, u"Flaredeck does not know a client '%1'."_s.arg(id),
                u"`flaredeck-core connect` lists those that it knows; any other one needs only the "
                "address."_s);
}

Result<Connector::Change> Connector::change(const QString &id, Way way, const Target &target,
                                            bool alsoHosted) const
{
    const auto client = find(id);
    if (!client)
        return fail(client.error());
    const std::optional<Entry> &shape = client->shape(way);
    if (!shape)
        return cannotEnter(*client);
    if (way == Way::Bridge && target.bridge.isEmpty())
        return fail(Error::Kind::Internal, u"The bridge cannot reach this app."_s,
                    u"The log says why. Connect with the address instead."_s);
    auto before = readConfig(client->file, m_places.home);
    const auto entries = before ? entriesOf(before->bytes, client->place) : fail(before.error());
    if (!entries)
        return fail(entries.error());
    const auto record = readRecord(m_records, id);
    const QStringList wrote = record ? record->names : QStringList();
    Change change{*client, *before, before->bytes, {}, {}, {}};
    const auto put = [&change, &client](const QString &name, const Entry &entry) -> Result<> {
        auto bytes = withEntry(change.after, client->place, name, entry);
        if (!bytes)
            return fail(bytes.error());
        change.after = *std::move(bytes);
        change.names << name;
        return {};
    };
    bool isThere = false;
    for (const Found &entry : *entries) {
        for (const QString &secret : secretsIn(entry.value)) {
            if (secret.size() < kShortestSecret)
                continue;
            const QByteArray quoted = json::print(secret.toStdString());
            change.secrets << secret << QString::fromUtf8(quoted.mid(1, quoted.size() - 2));
        }
        const EntryReading reading = readEntry(entry.name, entry.value, target, wrote);
        if (!isMeantForUs(reading.leads, alsoHosted))
            continue;
        isThere = true;
        if (reading.leads == Leads::Here && reading.way == way)
            continue; // however the person wrote it
        change.replaces << u"%1: %2"_s.arg(entry.name, describe(entry.value));
        const Entry made = makeEntry(*shape, target, reading.toolset, entry.value);
        if (const Result<> done = put(entry.name, made); !done)
            return fail(done.error());
    }
    std::sort(change.secrets.begin(), change.secrets.end(),
              [](const QString &a, const QString &b) { return a.size() > b.size(); });
    if (!isThere) {
        if (const Result<> done = put(kName, makeEntry(*shape, target, {})); !done)
            return fail(done.error());
    }
    return change;
}

Result<SetupPlan> Connector::plan(const QString &id, Way way, const Target &target,
                                  bool alsoHosted) const
{
    const auto planned = change(id, way, target, alsoHosted);
    if (!planned)
        return fail(planned.error());
    SetupPlan plan;
    plan.id = id;
    plan.way = way;
    plan.file = QDir::toNativeSeparators(planned->client.file);
    plan.createsFile = !planned->before.exists;
    plan.changesNothing = planned->names.isEmpty();
    plan.difference = difference(planned->before.bytes, planned->after, planned->secrets);
    plan.replaces = planned->replaces;
    plan.next = planned->client.nextSteps(way);
    plan.token = tokenOf(planned->before, planned->after);
    return plan;
}

Result<> Connector::write(const QString &id, Way way, const Target &target, bool alsoHosted,
                          const QByteArray &token, Millis now) const
{
    const auto planned = change(id, way, target, alsoHosted);
    if (!planned)
        return fail(planned.error());
    if (tokenOf(planned->before, planned->after) != token)
        return fail(Error::Kind::Cancelled,
                    u"%1 is not as it was when the change was shown."_s.arg(
                        QDir::toNativeSeparators(planned->client.file)),
                    u"Look at the change again, as it is now."_s);
    if (planned->names.isEmpty())
        return {};
    SetupRecord record{planned->client.file, !planned->before.exists,
                       crypto::sha256(planned->after), planned->names, now};
    QByteArray backup = planned->before.bytes;
    const auto last = readRecord(m_records, id);
    const auto lastBackup = readBackup(m_records, id);
    // After a second change in a row, undoing leads to what was before the first.
    if (last && lastBackup && last->file == record.file &&
        last->written == crypto::sha256(planned->before.bytes)) {
        backup = *lastBackup;
        record.created = last->created;
        for (const QString &name : last->names) {
            if (!record.names.contains(name))
                record.names << name;
        }
    }
    // The record first: what is written can be undone, whenever this program ends.
    if (const Result<> saved = saveRecord(m_records, id, record, backup); !saved)
        return saved;
    const Result<> written =
        replaceConfig(planned->before, planned->after, m_places.home, planned->client.lock);
    if (written) {
        qCInfo(lcApp).noquote() << planned->client.name << "was connected in"
                                << planned->client.file;
        return {};
    }
    removeRecord(m_records, id);
    if (last && lastBackup)
        static_cast<void>(saveRecord(m_records, id, *last, *lastBackup));
    return written;
}

Result<QString> Connector::undo(const QString &id, const Target &target) const
{
    const auto client = find(id);
    if (!client)
        return fail(client.error());
    const auto record = readRecord(m_records, id);
    const auto backup = readBackup(m_records, id);
    if (!record || !backup)
        return fail(
            Error::Kind::NotFound,
            u"Flaredeck has changed nothing of %1 that could be undone."_s.arg(client->name),
            u"Remove its entry from %1 yourself."_s.arg(QDir::toNativeSeparators(client->file)));
    const auto now = readConfig(record->file, m_places.home);
    if (!now)
        return fail(now.error());
    const bool untouched = now->exists && crypto::sha256(now->bytes) == record->written;
    QString words = u"%1 is as it was before."_s.arg(QDir::toNativeSeparators(record->file));
    Result<> done;
    if (untouched && record->created) {
        done = removeConfig(*now, m_places.home);
        words = u"%1 was removed; it had not been there before."_s.arg(
            QDir::toNativeSeparators(record->file));
    } else if (untouched) {
        done = replaceConfig(*now, *backup, m_places.home, client->lock);
    } else {
        QByteArray bytes = now->bytes;
        const auto former = entriesOf(*backup, client->place);
        const auto present = entriesOf(bytes, client->place);
        if (!former || !present)
            return fail(former ? present.error() : former.error());
        for (const Found &entry : *present) {
            if (!record->names.contains(entry.name) ||
                !isMeantForUs(readEntry(entry.name, entry.value, target, record->names).leads, false))
                continue;
            const auto old = std::find_if(former->begin(), former->end(),
                                          [&](const Found &one) { return one.name == entry.name; });
            auto without = old == former->end()
                               ? withoutEntry(bytes, client->place, entry.name)
                               : withEntry(bytes, client->place, entry.name, old->value);
            if (!without)
                return fail(without.error());
            bytes = *std::move(without);
        }
        if (bytes != now->bytes)
            done = replaceConfig(*now, bytes, m_places.home, client->lock);
        words =
            u"Another program has changed %1 since, so only Flaredeck's entry was taken out."_s.arg(
                QDir::toNativeSeparators(record->file));
    }
    if (!done)
        return fail(done.error());
    removeRecord(m_records, id);
    return words;
}

Result<QStringList> Connector::updateAddresses(const Target &target, Millis now) const
{
    QStringList updated;
    for (const ClientSetup &setup : survey(target).clients) {
        if (!setup.hasFormerAddress())
            continue;
        const auto planned = plan(setup.id, Way::Http, target, false);
        const Result<> written =
            planned ? write(setup.id, Way::Http, target, false, planned->token, now)
                    : fail(planned.error());
        if (!written)
            return fail(written.error());
        updated << setup.name;
    }
    return updated;
}

} // namespace flaredeck::connect
