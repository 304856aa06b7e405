#include "core/tools/resultguard.h"

#include "core/tools/jsoncut.h"
#include "core/tools/schemacheck.h"
#include "core/tools/textcut.h"

#include <algorithm>
#include <numeric>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

using mcp::Content;
using mcp::ToolResult;

constexpr qsizetype kNoteRoom = 480; ///< beside what the tool itself offers
constexpr qsizetype kMostNarrowing = 300;
constexpr qsizetype kMostNamed = 60; ///< of a path
constexpr int kSchemaDepth = 2; ///< deeper ones are about other things, as the offset of a time
const QString kJsonType = u"application/json"_s;
const QString kTableType = u"text/tab-separated-values"_s;
const QString kTextType = u"text/plain"_s;

/// A text without its end.
struct Cut {
    std::optional<QString> shown; ///< nothing = none of it
    std::optional<Json> document; ///< what `shown` prints
    QString counts;               ///< "12 of 90 rows"
    RestPages pages;
};

QString withCommas(const QStringList &words)
{
    return words.join(u", "_s);
}

/// One page, or as many as its length takes: then they are parts of a text.
void addPage(RestPages &pages, const QString &type, const QString &text, const QString &about,
             qsizetype size)
{
    if (text.size() <= size) {
        pages << RestPage{type, text.toUtf8(), about};
        return;
    }
    const QStringList parts = sliced(text, size);
    for (qsizetype i = 0; i < parts.size(); ++i) {
        pages << RestPage{kTextType, parts.at(i).toUtf8(),
                          about + u" It is longer than a page; this is part %1 of %2."_s.arg(
                                      QString::number(i + 1), QString::number(parts.size()))};
    }
}

QString range(const QString &what, qsizetype from, qsizetype to, qsizetype total)
{
    return u"%1 %2 to %3 of %4."_s.arg(what, QString::number(from), QString::number(to),
                                       QString::number(total));
}

QString nameOf(const Json::json_pointer &path)
{
    const QString text = QString::fromStdString(path.to_string());
    return text.size() <= kMostNamed ? text : text.left(kMostNamed - 1) + u"…"_s;
}

void addListPages(RestPages &pages, CutList &cut, qsizetype size)
{
    const std::string path = cut.path.to_string();
    const auto page = [&](qsizetype from, Json items) {
        const auto count = static_cast<qsizetype>(items.size());
        return Json{{"path", path},
                    {"from", from},
                    {"to", from + count - 1},
                    {"of", cut.total()},
                    {"items", std::move(items)}};
    };
    const qsizetype frame = unitsOf(json::print(page(cut.total(), Json::array())));
    for (std::size_t begin = 0; begin < cut.rest.size();) {
        std::size_t end = begin;
        qsizetype length = frame;
        Json items = Json::array();
        while (end < cut.rest.size() && (end == begin || length + cut.sizes[end] + 1 <= size)) {
            length += cut.sizes[end] + 1;
            items.push_back(std::move(cut.rest[end++]));
        }
        const qsizetype from = cut.shown + static_cast<qsizetype>(begin) + 1;
        const qsizetype to = cut.shown + static_cast<qsizetype>(end);
        addPage(pages, kJsonType, QString::fromUtf8(json::print(page(from, std::move(items)))),
                range(cut.path.empty() ? u"Records"_s : u"Records of %1,"_s.arg(nameOf(cut.path)),
                      from, to, cut.total()),
                size);
        begin = end;
    }
}

Cut cutJson(const QString &text, Json document, qsizetype room, qsizetype pageSize)
{
    Cut cut;
    auto lists = cutLists(document, room);
    if (!lists) {
        addPage(cut.pages, kJsonType, text, u"The JSON in full."_s, pageSize);
        return cut;
    }
    QStringList counts;
    for (CutList &list : *lists) {
        const QString of = list.path.empty() ? QString() : u" in "_s + nameOf(list.path);
        if (counts.size() < 2)
            counts << u"%1 of %2 records%3"_s.arg(QString::number(list.shown),
                                                  QString::number(list.total()), of);
        addListPages(cut.pages, list, pageSize);
    }
    if (lists->size() > 2)
        counts << u"less of %1 more lists"_s.arg(QString::number(lists->size() - 2));
    cut.counts = withCommas(counts);
    cut.shown = QString::fromUtf8(json::print(document));
    cut.document = std::move(document);
    return cut;
}

/// How many of the records from `first` on fit into `size`, if each takes `more` beside its length.
qsizetype fitting(const QStringList &records, qsizetype first, qsizetype size, qsizetype more)
{
    qsizetype end = first;
    for (; end < records.size(); ++end) {
        size -= records.at(end).size() + more;
        if (size < 0)
            break;
    }
    return end - first;
}

Cut cutRecords(const TextRecords &text, qsizetype room, qsizetype pageSize)
{
    const QStringList &records = text.records;
    const qsizetype more = text.isTable ? 1 : 0; // the line end
    const auto block = [&text](const QStringList &some) {
        return text.isTable ? (QStringList{text.header} + some).join(u'\n') : some.join(QString());
    };
    const QString what = text.isTable ? u"rows"_s : text.areWhole ? u"lines"_s : u"parts"_s;
    const QString capital = what.left(1).toUpper() + what.mid(1);
    const QString total = QString::number(records.size());

    Cut cut;
    const qsizetype shown = fitting(records, 0, room - text.header.size(), more);
    cut.shown = block(records.mid(0, shown));
    cut.counts = u"%1 of %2 %3"_s.arg(QString::number(shown), total, what);
    for (qsizetype at = shown; at < records.size();) {
        const qsizetype count =
            std::max<qsizetype>(1, fitting(records, at, pageSize - text.header.size(), more));
        addPage(cut.pages, text.isTable ? kTableType : kTextType, block(records.mid(at, count)),
                range(capital, at + 1, at + count, records.size()), pageSize);
        at += count;
    }
    return cut;
}

Cut cutText(const QString &text, bool isTable, qsizetype room, qsizetype pageSize)
{
    if (text.startsWith(u'{') || text.startsWith(u'[')) {
        if (Result<Json> document = json::parse(text.toUtf8()))
            return cutJson(text, *std::move(document), room, pageSize);
    }
    const auto rows = tableOf(text, isTable);
    if (rows && rows->header.size() < room)
        return cutRecords(*rows, room, pageSize);
    return cutRecords(linesOf(text, room), room, pageSize);
}

/// The tool's own arguments that say how much it gives, and those that say where it goes on.
struct Paging {
    QStringList sizes;
    QStringList places;
    QStringList others; ///< optional arguments of any other kind, of the first level
};

void readPaging(const Json &schema, const QString &path, int depth, Paging &paging)
{
    static const QStringList sizes{u"limit"_s, u"perpage"_s, u"pagesize"_s, u"limitparam"_s};
    static const QStringList places{u"page"_s, u"cursor"_s, u"offset"_s, u"startafter"_s};
    const Json *properties = json::find(schema, "properties");
    if (!properties || !properties->is_object())
        return;
    const QStringList required = json::stringsAt(schema, "required");
    for (const auto &[key, member] : properties->items()) {
        const QString name = QString::fromStdString(key);
        const QString plain = QString(name).remove(u'_').toLower();
        if (sizes.contains(plain))
            paging.sizes << path + name;
        else if (places.contains(plain))
            paging.places << path + name;
        else if (path.isEmpty() && !required.contains(name))
            paging.others << name;
        if (depth > 1)
            readPaging(member, path + name + u'.', depth - 1, paging);
    }
}

/// How the next call could ask for less; empty when the tool has nothing for it.
QString narrowing(const Json &inputSchema)
{
    Paging paging;
    readPaging(inputSchema, {}, kSchemaDepth, paging);
    QStringList ways;
    if (!paging.sizes.isEmpty())
        ways << u"%1 for fewer records"_s.arg(withCommas(paging.sizes));
    if (!paging.places.isEmpty())
        ways << u"%1 for the next ones"_s.arg(withCommas(paging.places));
    paging.others.removeOne(u"account_id"_s);
    if (ways.isEmpty() && !paging.others.isEmpty())
        ways << u"narrower with %1"_s.arg(withCommas(paging.others));
    QString text = ways.join(u"; "_s);
    if (text.size() > kMostNarrowing)
        text = text.left(kMostNarrowing - 1) + u"…"_s;
    return text.isEmpty() ? text : u" Or call the tool again: "_s + text + u'.';
}

QString noteFor(const Cut &cut, qsizetype total, const QString &less,
                const std::optional<QString> &uri)
{
    const QString all = QString::number(total);
    QString note =
        cut.shown
            ? u"Cut here: %1, %2 of %3 characters."_s.arg(cut.counts,
                                                          QString::number(cut.shown->size()), all)
            : u"Not shown: %1 characters of JSON without a list that could be cut."_s.arg(all);
    const QString rest = cut.shown ? u" The rest"_s : u" It"_s;
    const qsizetype pages = cut.pages.size();
    if (!uri)
        note += rest + u" is too large to be kept."_s;
    else if (pages == 1)
        note += rest + u" is the resource %1, for an hour."_s.arg(*uri);
    else
        note += rest + u" is the resource %1 in %2 pages (the second is %1?page=2), for an "
                       "hour."_s.arg(*uri, QString::number(pages));
    return note + less;
}

mcp::Resource linkTo(const QString &uri, const RestPage &first)
{
    return {uri, u"rest-of-result"_s, u"The rest of the result"_s,
            u"What was cut off, in pages. It is there for an hour."_s, first.mimeType};
}

/// The structured content without its end. `text` is what was cut, `shown` the result without it.
std::optional<Json> cutStructured(const std::optional<Json> &structured, const QString &text,
                                  const Cut &cut, const std::optional<Json> &shown,
                                  const QString &note, const GuardRules &rules, qsizetype room)
{
    if (!structured)
        return std::nullopt;
    const auto isPrinted = [&text](const Json &value) {
        return QString::fromUtf8(json::print(value)) == text;
    };
    const Json *inner = json::find(*structured, "result");
    Json shorter = *structured;
    if (shown)
        shorter = *shown;
    else if (cut.document && isPrinted(*structured))
        shorter = *cut.document;
    else if (cut.document && inner && structured->size() == 1 && isPrinted(*inner))
        shorter = {{"result", *cut.document}};
    else if (!cutLists(shorter, room))
        shorter = Json::object();
    const auto fits = [&rules](const Json &value) {
        return !rules.output || !rules.output->problem(value);
    };
    if (!fits(shorter))
        return structured;
    if (!shorter.is_object())
        return shorter;
    // Some clients show their model nothing but this.
    if (Json told = shorter; told.emplace("cut", note).second && fits(told))
        return told;
    return shorter;
}

/// An embedded resource may be one, too.
bool holdsText(const Content &block)
{
    return block.kind == Content::Kind::Text ||
           (block.kind == Content::Kind::Resource && !block.resource.blob);
}

const QString &textIn(const Content &block)
{
    return block.kind == Content::Kind::Resource ? block.resource.text : block.text;
}

/// The block to cut: the largest text, if cutting that alone is enough; else -1.
qsizetype blockToCut(const QList<Content> &blocks, qsizetype room, qsizetype total)
{
    qsizetype largest = -1;
    for (qsizetype i = 0; i < blocks.size(); ++i) {
        if (largest < 0 || textIn(blocks.at(i)).size() > textIn(blocks.at(largest)).size())
            largest = i;
    }
    const qsizetype others = total - textIn(blocks.at(largest)).size();
    return others <= room / 2 ? largest : -1;
}

/// All texts as one block, before whatever is none.
void joinTexts(QList<Content> &blocks)
{
    QStringList texts;
    for (const Content &block : std::as_const(blocks)) {
        if (holdsText(block))
            texts << textIn(block);
    }
    blocks.removeIf(holdsText);
    blocks.prepend(Content::ofText(texts.join(u'\n')));
}

const QByteArray &bytesIn(const Content &block)
{
    return block.resource.blob ? *block.resource.blob : block.data;
}

qsizetype textSize(const ToolResult &result)
{
    return std::accumulate(
        result.content.cbegin(), result.content.cend(), qsizetype{0},
        [](qsizetype sum, const Content &block) { return sum + textIn(block).size(); });
}

void noteLargeBlobs(ToolResult &result)
{
    const bool isText = result.structured && *result.structured == asObject(result);
    bool changed = false;
    for (Content &block : result.content) {
        const qsizetype bytes = bytesIn(block).size();
        if (bytes <= kMaxBlobBytes)
            continue;
        const QString type = block.resource.blob ? block.resource.mimeType : block.mimeType;
        block = Content::ofText(
            u"The tool made a file (%1) of %2 bytes. More than %3 bytes are not handed over: ask "
            "for a smaller one."_s.arg(type, QString::number(bytes),
                                       QString::number(kMaxBlobBytes)));
        changed = true;
    }
    if (changed && isText)
        result.structured = asObject(result);
}

} // namespace

qint64 bytesOf(const RestPages &pages)
{
    return std::accumulate(pages.begin(), pages.end(), qint64{0},
                           [](qint64 sum, const RestPage &page) {
                               return sum + page.text.size() + page.about.size() * 2;
                           });
}

bool isGuarded(const ToolResult &result, int limit)
{
    return (limit > 0 && textSize(result) > limit) ||
           std::any_of(result.content.begin(), result.content.end(),
                       [](const Content &block) { return bytesIn(block).size() > kMaxBlobBytes; });
}

ToolResult guardResult(ToolResult result, const GuardRules &rules, const KeepRest &keep)
{
    noteLargeBlobs(result);
    const int limit = rules.limit > 0 ? std::max(rules.limit, kLeastResultLimit) : 0;
    qsizetype total = textSize(result);
    if (limit == 0 || total <= limit)
        return result;

    const bool isText = result.structured && *result.structured == asObject(result);
    const QString less = narrowing(rules.inputSchema);
    const qsizetype room = limit - kNoteRoom - less.size();
    qsizetype index = blockToCut(result.content, room, total);
    const bool isOne = index >= 0;
    if (!isOne) {
        joinTexts(result.content);
        index = 0;
        total = textSize(result);
    }
    const QString text = textIn(result.content.at(index));
    const qsizetype roomForText = room - (total - text.size());
    const Cut cut = cutText(text, rules.isTable && isOne, roomForText, limit);
    const RestPage first = cut.pages.constFirst();
    const std::optional<QString> uri = keep(cut.pages);
    const QString note = noteFor(cut, total, less, uri);

    if (cut.shown)
        result.content[index] = Content::ofText(*cut.shown);
    else
        result.content.removeAt(index);
    std::optional<Json> shown;
    if (isText)
        shown = asObject(result);
    result.structured =
        cutStructured(result.structured, text, cut, shown, note, rules, roomForText);
    result.content << Content::ofText(note);
    if (uri)
        result.content << Content::linkTo(linkTo(*uri, first));
    return result;
}

Json asObject(const ToolResult &result)
{
    QStringList texts;
    for (const Content &block : result.content)
        texts << block.text;
    return {{"result", texts.join(u'\n')}};
}

} // namespace flaredeck::tools
