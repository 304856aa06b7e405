#include "core/connect/configtext.h"

#include "core/base/json.h"
#include "core/base/plaintext.h"
#include "core/connect/formats.h"
#include "core/connect/textedit.h"

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

const Found *entryNamed(const QList<Found> &entries, const QString &name)
{
    const auto found = std::find_if(entries.begin(), entries.end(),
                                    [&name](const Found &entry) { return entry.name == name; });
    return found == entries.end() ? nullptr : &*found;
}

/// Whether the entries are equal, in whatever order their members are.
bool areEqual(const Entry &a, const Entry &b)
{
    return Json(a) == Json(b);
}

/// What stands in the file for the value: in a list the name is kept apart.
Entry withoutName(const Place &place, Entry value)
{
    if (place.isList && value.is_object())
        value.erase("name");
    return value;
}

bool isValidText(const Entry &value)
{
    try {
        (void)value.dump();
        return true;
    } catch (const Entry::exception &) {
        return false;
    }
}

Result<> checkArguments(const Place &place, const QString &name, const Entry &value)
{
    Q_ASSERT(!place.path.isEmpty());
    if (name.isEmpty() || !name.isValidUtf16() || !isValidText(value))
        return fail(Error::Kind::InvalidInput, u"The entry's name or text is not valid."_s);
    if (!value.is_object())
        return fail(Error::Kind::InvalidInput, u"An entry must be an object."_s);
    return {};
}

Result<Content> readBytes(const QByteArray &file, const Place &place, const QString &name)
{
    if (const auto utf8 = requireUtf8(file); !utf8)
        return fail(utf8.error());
    switch (place.format) {
    case Format::Json:
        return readJson(file, place, name);
    case Format::Toml:
        return readToml(file, place, name);
    case Format::Yaml:
        break;
    }
    return readYaml(file, place, name);
}

/// Makes the change and reads the result again: nothing else may differ, and the entry must be
/// `value`, or gone without one.
Result<QByteArray> applied(const QByteArray &file, const QList<Splice> &splices, const Place &place,
                           const QString &name, const Content &before, const Entry *value)
{
    const QByteArray result = spliced(file, splices);
    const auto after = readBytes(result, place, name);
    const Found *entry = after ? entryNamed(after->entries, name) : nullptr;
    const bool isRight = after && after->rest == before.rest &&
                         (entry != nullptr) == (value != nullptr) &&
                         (!entry || areEqual(entry->value, *value));
    if (!isRight)
        return fail(Error{Error::Kind::Internal, u"The file cannot be changed safely."_s,
                          u"Change the entry in an editor."_s,
                          after ? u"the result differs elsewhere"_s : after.error().text()});
    return result;
}

} // namespace

Result<QList<Found>> entriesOf(const QByteArray &file, const Place &place)
{
    const auto content = readBytes(file, place, {});
    if (!content)
        return fail(content.error());
    return content->entries;
}

Result<QByteArray> withEntry(const QByteArray &file, const Place &place, const QString &name,
                             const Entry &value)
{
    if (const auto checked = checkArguments(place, name, value); !checked)
        return fail(checked.error());
    const Entry wanted = withoutName(place, value);
    const auto before = readBytes(file, place, name);
    if (!before)
        return fail(before.error());
    const Found *present = entryNamed(before->entries, name);
    if (present && areEqual(present->value, wanted))
        return file;
    const auto splices = before->change(&wanted);
    if (!splices)
        return fail(splices.error());
    return applied(file, *splices, place, name, *before, &wanted);
}

Result<QByteArray> withoutEntry(const QByteArray &file, const Place &place, const QString &name)
{
    const auto before = readBytes(file, place, name);
    if (!before)
        return fail(before.error());
    if (!entryNamed(before->entries, name))
        return fail(Error::Kind::NotFound,
                    u"The file has no entry \"%1\"."_s.arg(plaintext::inQuotes(name)));
    const auto splices = before->change(nullptr);
    if (!splices)
        return fail(splices.error());
    return applied(file, *splices, place, name, *before, nullptr);
}

} // namespace flaredeck::connect
