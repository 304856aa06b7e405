#include "core/connect/connector.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/connect/difference.h"
#include "core/connect/setuprecord.h"
#include "core/connect/wording.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;
using Leads = EntryReading::Leads;

namespace {

const QString kName = u"flaredeck"_s;

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

/// Behind links, as far as it is there.
QString realPathOf(const QString &path)
{
    const QString real = QFileInfo(path).canonicalFilePath();
    return real.isEmpty() ? path : real;
}

QString native(const QString &path)
{
    return QDir::toNativeSeparators(path);
}

/// The entry is there as we wrote it; what took its place is somebody else's.
bool isOurs(const std::optional<SetupRecord> &record, const Found &entry)
{
    return record && record->entries.contains(entry.name) &&
           record->entries.value(entry.name) == leadOf(entry.value);
}

/// The present file without what we wrote, and with what was there before it.
Result<QByteArray> withoutOurs(const QByteArray &present, const QByteArray &backup,
                               const SetupRecord &record, const Place &place)
{
    const auto former = entriesOf(backup, place);
    const auto entries = entriesOf(present, place);
    if (!former || !entries)
        return fail(former ? entries.error() : former.error());
    QByteArray bytes = present;
    for (const Found &entry : *entries) {
        if (!isOurs(record, entry))
            continue;
        const auto old = std::find_if(former->begin(), former->end(), [&entry](const Found &one) {
            return one.name == entry.name;
        });
        auto changed = old == former->end() ? withoutEntry(bytes, place, entry.name)
                                            : withEntry(bytes, place, entry.name, old->value);
        if (!changed)
            return fail(changed.error());
        bytes = *std::move(changed);
    }
    return bytes;
}

/// Why the client cannot come to the target that way.
Result<> requireWay(const KnownClient &client, Way way, const Target &target)
{
    if (!client.shape(way))
        return fail(Error::Kind::InvalidInput,
                    u"%1 cannot be connected that way."_s.arg(client.name),
                    u"Choose the other way."_s);
    if (way == Way::Http && target.url.isEmpty())
        return fail(Error::Kind::Internal, u"The server does not listen, so it has no address."_s,
                    u"Give it a port that is free."_s);
    if (way == Way::Bridge && target.bridge.isEmpty())
        return fail(Error::Kind::Internal, u"The bridge cannot reach this app."_s,
                    u"The log says why. Connect with the address instead."_s);
    if (way == Way::Bridge && client.splits &&
        std::any_of(target.bridge.begin(), target.bridge.end(),
                    [](const QString &word) { return word.contains(u' '); }))
        return fail(Error::Kind::InvalidInput,
                    u"%1 takes a blank in a path for its end, and there is one in the path of the "
                    "bridge or of the data directory."_s.arg(client.name),
                    u"Move Flaredeck to a folder without a blank in its name."_s);
    return {};
}

} // namespace

struct Connector::Change {
    KnownClient client;
    ConfigFile before;
    QByteArray after;
    std::optional<SetupRecord> record;
    QMap<QString, QString> written = {}; ///< as in SetupRecord
    QStringList replaces = {};           ///< in words
    QStringList oldSecrets = {};
    QStringList newSecrets = {};
    QString shownName = kName; ///< of the entry that the person has to look for

    [[nodiscard]] Result<> put(const QString &name, const Entry &entry)
    {
        auto bytes = withEntry(after, client.place, name, entry);
        if (!bytes)
            return fail(bytes.error());
        after = *std::move(bytes);
        if (written.isEmpty())
            shownName = name;
        written.insert(name, leadOf(entry));
        newSecrets += secretsIn(entry);
        // What leads here is no secret, whatever it looks like.
        newSecrets.removeIf([&entry](const QString &text) { return leadOf(entry).contains(text); });
        return {};
    }
};

Connector::Connector(Places places, QString records, Surroundings around)
    : m_places(std::move(places))
    , m_records(std::move(records))
    , m_around(std::move(around))
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
    setup.file = native(client.file);
    setup.way = client.use;
    for (const Way way : {client.use, client.use == Way::Http ? Way::Bridge : Way::Http}) {
        if (client.shape(way))
            setup.ways << way;
    }
    setup.seenAs = client.seenAs;
    const auto record = readRecord(m_records, client.id, client.file);
    if (record) {
        setup.writtenAt = record->at;
        setup.canUndo = true;
    }
    setup.note = noteFor(realPathOf(client.file), target, m_around);
    const auto file = readConfig(client.file, m_places.home);
    const auto entries = file ? entriesOf(file->bytes, client.place) : fail(file.error());
    if (!entries) {
        if (!QFileInfo::exists(client.file) && !isInstalled(client, m_places))
            return setup;
        setup.state = ClientSetup::State::Unreadable;
        setup.problem = entries.error().text();
        return setup;
    }
    Leads best = Leads::Elsewhere;
    QString shown = kName;
    for (const Found &entry : *entries) {
        const EntryReading reading =
            readEntry(entry.name, entry.value, target, isOurs(record, entry));
        if (reading.leads == Leads::Relay)
            setup.relays << entry.name;
        if (reading.leads == Leads::Hosted)
            setup.hosted << entry.name;
        if (reading.leads == Leads::Astray && reading.way == Way::Http && isOurs(record, entry))
            setup.hasFormerAddress = true;
        if (weight(reading.leads) <= weight(best))
            continue;
        best = reading.leads;
        shown = entry.name;
        setup.way = reading.way;
        setup.problem = best == Leads::Here ? QString() : problemOf(best, entry.name);
    }
    setup.next = client.nextSteps(setup.way, shown);
    setup.command = commandFor(client, setup.way, target);
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
    QStringList ids;
    for (const KnownClient &client : clients) {
        if (client.id == id)
            return client;
        ids << client.id;
    }
    ids.sort();
    return fail(Error::Kind::NotFound, u"Flaredeck does not know a client '%1'."_s.arg(id),
                u"It knows %1; any other one needs only the address."_s.arg(ids.join(u", "_s)));
}

Result<Connector::Change> Connector::change(const QString &id, Way way, const Target &target,
                                            bool alsoHosted) const
{
    const auto client = find(id);
    if (!client)
        return fail(client.error());
    if (const Result<> possible = requireWay(*client, way, target); !possible)
        return fail(possible.error());
    const auto before = readConfig(client->file, m_places.home);
    const auto entries = before ? entriesOf(before->bytes, client->place) : fail(before.error());
    if (!entries) {
        Error error = entries.error();
        if (const QString note = noteFor(realPathOf(client->file), target, m_around);
            !note.isEmpty())
            error.action = note; // what to enter there
        return fail(std::move(error));
    }
    const Entry &shape = *client->shape(way);
    Change change{*client, *before, before->bytes, readRecord(m_records, id, client->file)};
    bool isThere = false;
    for (const Found &entry : *entries) {
        change.oldSecrets += secretsIn(entry.value);
        const EntryReading reading =
            readEntry(entry.name, entry.value, target, isOurs(change.record, entry));
        if (!isMeantForUs(reading.leads, alsoHosted))
            continue;
        isThere = true;
        if (reading.leads == Leads::Here && reading.way == way)
            continue; // however the person wrote it
        change.replaces << u"%1: %2"_s.arg(entry.name, describe(entry.value));
        const Entry made = makeEntry(shape, target, reading.toolset, entry.name, entry.value);
        if (const Result<> done = change.put(entry.name, made); !done)
            return fail(done.error());
    }
    if (!isThere) {
        if (const Result<> done = change.put(kName, makeEntry(shape, target, {}, kName)); !done)
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
    plan.file = native(planned->client.file);
    plan.createsFile = !planned->before.exists;
    plan.changesNothing = planned->written.isEmpty();
    plan.difference =
        difference(planned->before.bytes, planned->after, planned->oldSecrets, planned->newSecrets);
    plan.replaces = planned->replaces;
    plan.next = planned->client.nextSteps(way, planned->shownName);
    plan.command = commandFor(planned->client, way, target);
    plan.link = linkFor(planned->client, way, target);
    plan.note = noteFor(planned->before.realPath, target, m_around);
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
        return fail(
            Error::Kind::Cancelled,
            u"%1 is not as it was when the change was shown."_s.arg(native(planned->client.file)),
            u"Look at the change again, as it is now."_s);
    return planned->written.isEmpty() ? Result<>() : put(*planned, now);
}

Result<> Connector::put(const Change &change, Millis now) const
{
    const QString &id = change.client.id;
    const QString &file = change.client.file;
    SetupRecord record{file, !change.before.exists, crypto::sha256(change.after), change.written,
                       now};
    QByteArray backup = change.before.bytes;
    const auto last = change.record;
    const auto lastBackup = readBackup(m_records, id, file);
    // Undoing leads to what was there before all that we wrote.
    if (last && lastBackup) {
        const bool isUntouched = last->written == crypto::sha256(change.before.bytes);
        auto former =
            isUntouched ? Result<QByteArray>(*lastBackup)
                        : withoutOurs(change.before.bytes, *lastBackup, *last, change.client.place);
        if (!former)
            return fail(former.error());
        backup = *std::move(former);
        record.created = last->created && isUntouched;
        for (auto it = last->entries.begin(); it != last->entries.end(); ++it) {
            if (!record.entries.contains(it.key()))
                record.entries.insert(it.key(), it.value());
        }
    }
    // The record first: what is written can be undone, whenever this program ends.
    if (const Result<> saved = saveRecord(m_records, id, record, backup); !saved)
        return saved;
    const Result<> written =
        replaceConfig(change.before, change.after, m_places.home, change.client.lock);
    if (written) {
        qCInfo(lcApp).noquote() << change.client.name << "was connected in" << file;
        return {};
    }
    removeRecord(m_records, id, file);
    if (last && lastBackup)
        static_cast<void>(saveRecord(m_records, id, *last, *lastBackup));
    return written;
}

struct Connector::Undoing {
    ConfigFile now;
    QByteArray after;
    bool removes = false;
    QStringList secrets = {}; ///< in both
    QString words = {};       ///< what was done, once it is

    [[nodiscard]] bool changesNothing() const
    {
        return removes ? !now.exists : now.exists && now.bytes == after;
    }
};

Result<Connector::Undoing> Connector::undoing(const KnownClient &client) const
{
    const QString &file = client.file;
    const auto record = readRecord(m_records, client.id, file);
    const auto backup = readBackup(m_records, client.id, file);
    if (!record || !backup)
        return fail(Error::Kind::NotFound,
                    u"Flaredeck has changed nothing of %1 that could be undone."_s.arg(client.name),
                    u"Remove its entry from %1 yourself."_s.arg(native(file)));
    const auto now = readConfig(file, m_places.home);
    if (!now)
        return fail(now.error());
    Undoing undoing{*now, *backup};
    undoing.words = u"%1 is as it was before."_s.arg(native(file));
    const bool isUntouched = !now->exists || crypto::sha256(now->bytes) == record->written;
    if (isUntouched && record->created) {
        undoing.removes = true;
        undoing.after.clear();
        undoing.words = u"%1 was removed; it had not been there before."_s.arg(native(file));
    } else if (!isUntouched) {
        auto bytes = withoutOurs(now->bytes, *backup, *record, client.place);
        if (!bytes)
            return fail(bytes.error());
        undoing.after = *std::move(bytes);
        undoing.words =
            undoing.changesNothing()
                ? u"There is nothing of Flaredeck's in %1 any more, so it was left as it is."_s.arg(
                      native(file))
                : u"Another program has changed %1 since, so only Flaredeck's entry was taken out."_s
                      .arg(native(file));
    }
    for (const QByteArray &bytes : {undoing.now.bytes, undoing.after}) {
        const auto entries = entriesOf(bytes, client.place);
        for (const Found &entry : entries.value_or(QList<Found>()))
            undoing.secrets += secretsIn(entry.value);
    }
    return undoing;
}

QList<UndoPlan> Connector::planUndo() const
{
    QList<UndoPlan> plans;
    for (const KnownClient &client : knownClients(m_places)) {
        if (!readRecord(m_records, client.id, client.file))
            continue;
        UndoPlan plan{client.id, client.name, native(client.file)};
        const auto undo = undoing(client);
        if (!undo)
            plan.problem = undo.error().text();
        else if (!undo->changesNothing())
            plan.difference =
                difference(undo->now.bytes, undo->after, undo->secrets, undo->secrets);
        plan.removesFile = undo && undo->removes && undo->now.exists;
        plans << plan;
    }
    return plans;
}

Result<QString> Connector::undo(const QString &id) const
{
    const auto client = find(id);
    if (!client)
        return fail(client.error());
    const auto undo = undoing(*client);
    if (!undo)
        return fail(undo.error());
    Result<> done;
    if (!undo->changesNothing())
        done = undo->removes ? removeConfig(undo->now, m_places.home, client->lock)
                             : replaceConfig(undo->now, undo->after, m_places.home, client->lock);
    if (!done)
        return fail(done.error());
    removeRecord(m_records, id, client->file);
    return undo->words;
}

Updated Connector::updateAddresses(const Target &target, Millis now) const
{
    Updated updated;
    for (const KnownClient &client : knownClients(m_places)) {
        if (!look(client, target).hasFormerAddress)
            continue;
        const Result<> done = updateAddress(client, target, now);
        if (done)
            updated.names << client.name;
        else
            updated.problems << done.error().text();
    }
    return updated;
}

Result<> Connector::updateAddress(const KnownClient &client, const Target &target, Millis now) const
{
    const auto before = readConfig(client.file, m_places.home);
    const auto entries = before ? entriesOf(before->bytes, client.place) : fail(before.error());
    if (!entries)
        return fail(entries.error());
    Change change{client, *before, before->bytes, readRecord(m_records, client.id, client.file)};
    for (const Found &entry : *entries) {
        const EntryReading reading =
            readEntry(entry.name, entry.value, target, isOurs(change.record, entry));
        if (reading.leads != Leads::Astray || reading.way != Way::Http ||
            !isOurs(change.record, entry))
            continue;
        const Entry moved = withAddress(entry.value, addressFor(target, reading.toolset));
        if (const Result<> done = change.put(entry.name, moved); !done)
            return done;
    }
    return put(change, now);
}

} // namespace flaredeck::connect
