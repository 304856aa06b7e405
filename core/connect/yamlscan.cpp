#include "core/connect/yamlscan.h"

#include "core/base/json.h"
#include "core/base/plaintext.h"
#include "core/connect/textedit.h"
#include "core/connect/yamlnode.h"

#include <yaml.h>

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

std::string asText(const yaml_char_t *text)
{
    return text ? reinterpret_cast<const char *>(text) : "";
}

class YamlScanner
{
public:
    YamlScanner(const QByteArray &file, const Place &place, const QString &name, Sifter &sifter)
        : m_file(file)
        , m_offsets(file)
        , m_place(place)
        , m_name(name)
        , m_sifter(sifter)
    {
    }

    Result<YamlOutline> run();

private:
    struct Level {
        bool isTable;
        qsizetype matched; ///< how many keys of the path lead here; -1 beside the path
        bool isKeyNext = true;
        YamlMember member = {};
    };

    bool refuse(qsizetype at, const QString &reason);
    bool refuseParser(const yaml_parser_t &parser);
    bool take(const yaml_event_t &event);
    bool takeKey(const YamlNode &node);
    bool takeValue(const YamlNode &node);
    bool openTable(const YamlNode &node, qsizetype matched);
    bool endContainer(const yaml_event_t &event);
    bool endMember();
    void noteEnd(const YamlNode &node);
    void noteName(const YamlNode &node);
    [[nodiscard]] YamlNode nodeOf(const yaml_event_t &event) const;
    [[nodiscard]] bool isServers(qsizetype matched) const { return matched == m_place.path.size(); }

    const QByteArray &m_file;
    const ByteOffsets m_offsets;
    const Place &m_place;
    const QString &m_name;
    Sifter &m_sifter;
    std::vector<Level> m_levels;
    YamlOutline m_outline;
    std::optional<Error> m_error;
    qsizetype m_end = 0; ///< of the last token
    int m_documents = 0;
    bool m_hasName = false;
};

Result<YamlOutline> YamlScanner::run()
{
    if (const auto at = findOddLineBreak(m_file))
        return fail(errorAt(m_file, *at, u"lines must end with LF or CRLF"_s));
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return fail(Error::Kind::Internal, u"There is not enough memory."_s);
    const qsizetype start = textStart(m_file);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser, reinterpret_cast<const unsigned char *>(m_file.constData() + start),
        static_cast<std::size_t>(m_file.size() - start));
    for (bool isAtEnd = false; !isAtEnd && !m_error;) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            refuseParser(parser);
            break;
        }
        isAtEnd = event.type == YAML_STREAM_END_EVENT;
        take(event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (m_error)
        return fail(*m_error);
    return std::move(m_outline);
}

bool YamlScanner::refuse(qsizetype at, const QString &reason)
{
    if (!m_error)
        m_error = errorAt(m_file, at, reason);
    return false;
}

bool YamlScanner::refuseParser(const yaml_parser_t &parser)
{
    const QString problem = QString::fromUtf8(parser.problem ? parser.problem : "it is malformed");
    if (parser.error == YAML_READER_ERROR)
        return refuse(std::min(m_file.size(), textStart(m_file) + qsizetype(parser.problem_offset)),
                      problem);
    return refuse(m_offsets.at(parser.problem_mark.index), problem);
}

YamlNode YamlScanner::nodeOf(const yaml_event_t &event) const
{
    YamlNode node;
    node.begin = m_offsets.at(event.start_mark.index);
    node.end = m_offsets.at(event.end_mark.index);
    const auto note = [&node](const yaml_char_t *anchor, const yaml_char_t *tag) {
        node.anchor = QByteArray::fromStdString(asText(anchor));
        node.tag = QByteArray::fromStdString(asText(tag));
    };
    switch (event.type) {
    case YAML_SCALAR_EVENT: {
        const auto &scalar = event.data.scalar;
        note(scalar.anchor, scalar.tag);
        node.text.assign(reinterpret_cast<const char *>(scalar.value), scalar.length);
        node.isPlain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
        node.isBlockText =
            scalar.style == YAML_LITERAL_SCALAR_STYLE || scalar.style == YAML_FOLDED_SCALAR_STYLE;
        break;
    }
    case YAML_ALIAS_EVENT:
        node.kind = YamlNode::Kind::Alias;
        node.text = '*' + asText(event.data.alias.anchor);
        break;
    case YAML_MAPPING_START_EVENT:
        node.kind = YamlNode::Kind::Table;
        note(event.data.mapping_start.anchor, event.data.mapping_start.tag);
        node.isFlow = event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
        break;
    default:
        node.kind = YamlNode::Kind::List;
        note(event.data.sequence_start.anchor, event.data.sequence_start.tag);
        node.isFlow = event.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
        break;
    }
    return node;
}

bool YamlScanner::take(const yaml_event_t &event)
{
    switch (event.type) {
    case YAML_DOCUMENT_START_EVENT:
        return ++m_documents == 1 || refuse(m_offsets.at(event.start_mark.index),
                                            u"a second document cannot be changed here"_s);
    case YAML_DOCUMENT_END_EVENT:
        m_outline.isEndMarked = !event.data.document_end.implicit;
        return true;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return endContainer(event);
    case YAML_SCALAR_EVENT:
    case YAML_ALIAS_EVENT:
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT: {
        const YamlNode node = nodeOf(event);
        const bool isKey =
            !m_levels.empty() && m_levels.back().isTable && m_levels.back().isKeyNext;
        return isKey ? takeKey(node) : takeValue(node);
    }
    default:
        return true;
    }
}

void YamlScanner::noteEnd(const YamlNode &node)
{
    const auto isIndicator = [this](qsizetype at) {
        return at >= 0 && QByteArrayView(":-?").contains(m_file[at]);
    };
    // A value that is absent lies somewhere between its indicator and the next token.
    if (node.end > node.begin || isIndicator(node.end - 1)) {
        m_end = node.end;
    } else {
        qsizetype colon = m_end;
        while (colon < node.end && QByteArrayView(" \t\r\n").contains(m_file[colon]))
            ++colon;
        if (colon < node.end && m_file[colon] == ':')
            m_end = colon + 1;
    }
    m_outline.isBlockTextLast = node.isBlockText;
}

bool YamlScanner::takeKey(const YamlNode &node)
{
    Level &level = m_levels.back();
    if (node.kind == YamlNode::Kind::Table || node.kind == YamlNode::Kind::List)
        return refuse(node.begin, u"a key that is no text is not supported"_s);
    level.isKeyNext = false;
    noteEnd(node);
    m_sifter.key(node.text);
    if (level.matched < 0) {
        if (m_place.isList)
            level.member.name = textFrom(node.text);
        return true;
    }
    if (node.kind == YamlNode::Kind::Alias || !node.anchor.isEmpty() || !node.tag.isEmpty() ||
        (node.isPlain && node.text == "<<"))
        return refuse(node.begin, u"anchors, aliases and tags are not supported here"_s);
    level.member = {textFrom(node.text), node.begin, node.end, node.end};
    return true;
}

bool YamlScanner::takeValue(const YamlNode &node)
{
    qsizetype matched = m_levels.empty() ? 0 : -1;
    if (!m_levels.empty()) {
        Level &level = m_levels.back();
        level.isKeyNext = true;
        const YamlMember &member = level.member;
        if (level.isTable && level.matched >= 0 && !isServers(level.matched) &&
            member.name == m_place.path[level.matched])
            matched = level.matched + 1;
        if (matched > 0 && std::ssize(m_outline.tables) > matched)
            return refuse(member.keyBegin,
                          u"\"%1\" occurs a second time"_s.arg(plaintext::inQuotes(member.name)));
        if (!level.isTable && level.matched >= 0)
            level.member = {{}, node.begin, node.begin, node.end};
    }
    if (!node.anchor.isEmpty()) {
        for (Level &level : m_levels) {
            if (isServers(level.matched) && !level.member.anchorAt)
                level.member.anchorAt = node.begin;
        }
    }
    if (matched >= 0 && !openTable(node, matched))
        return false;

    noteName(node);
    const QByteArray marks = node.tag + ' ' + node.anchor + ' ';
    if (node.kind == YamlNode::Kind::Table || node.kind == YamlNode::Kind::List) {
        if (std::ssize(m_levels) >= json::kMaxDepth)
            return refuse(node.begin,
                          u"the file is nested deeper than %1 levels"_s.arg(json::kMaxDepth));
        const bool isTable = node.kind == YamlNode::Kind::Table;
        isTable ? m_sifter.beginTable(marks) : m_sifter.beginList(marks);
        m_levels.push_back({isTable, matched});
        m_end = std::max(m_end, node.isFlow ? node.end : node.begin);
        return true;
    }
    noteEnd(node);
    if (node.kind == YamlNode::Kind::Alias)
        m_sifter.scalar(node.text, "a" + QByteArray::fromStdString(node.text));
    else
        m_sifter.scalar(m_sifter.wantsValue() ? resolved(node) : Entry(),
                        (node.isPlain ? "p" : "q") + marks + QByteArray::fromStdString(node.text));
    return endMember();
}

/// The name of a list's item.
void YamlScanner::noteName(const YamlNode &node)
{
    if (!m_place.isList || m_levels.size() < 2)
        return;
    Level &list = m_levels[m_levels.size() - 2];
    const Level &item = m_levels.back();
    if (!isServers(list.matched) || !item.isTable || item.member.name != u"name"_s)
        return;
    const bool isText = node.kind != YamlNode::Kind::Table && node.kind != YamlNode::Kind::List &&
                        resolved(node).is_string();
    list.member.name = isText ? textFrom(node.text) : QString();
}

bool YamlScanner::openTable(const YamlNode &node, qsizetype matched)
{
    const bool isList = isServers(matched) && m_place.isList;
    const bool isAbsent = node.kind == YamlNode::Kind::Scalar && node.isPlain && node.text.empty();
    if (node.kind == YamlNode::Kind::Alias || !node.anchor.isEmpty() || !node.tag.isEmpty())
        return refuse(node.begin, u"anchors, aliases and tags are not supported here"_s);
    if (!isAbsent && node.kind != (isList ? YamlNode::Kind::List : YamlNode::Kind::Table)) {
        const QString wanted = isList ? u"a list"_s : u"a table"_s;
        return refuse(node.begin,
                      matched == 0 ? u"the file must hold %1"_s.arg(wanted)
                                   : u"\"%1\" must be %2"_s.arg(
                                         plaintext::inQuotes(m_place.path[matched - 1]), wanted));
    }
    if (isAbsent && matched == 0)
        return true;
    m_outline.tables.push_back({isAbsent      ? YamlTable::Kind::Absent
                                : node.isFlow ? YamlTable::Kind::Flow
                                              : YamlTable::Kind::Block,
                                node.begin, node.end});
    return true;
}

bool YamlScanner::endContainer(const yaml_event_t &event)
{
    const Level level = m_levels.back();
    m_levels.pop_back();
    const qsizetype begin = m_offsets.at(event.start_mark.index);
    const qsizetype end = m_offsets.at(event.end_mark.index);
    // That of a block lies at the next token.
    if (end > begin && (m_file[begin] == '}' || m_file[begin] == ']')) {
        m_end = end;
        m_outline.isBlockTextLast = false;
    }
    if (level.matched >= 0)
        m_outline.tables[static_cast<std::size_t>(level.matched)].close = end;
    m_sifter.end();
    return endMember();
}

bool YamlScanner::endMember()
{
    if (m_levels.empty() || m_levels.back().matched < 0)
        return true;
    Level &level = m_levels.back();
    level.member.end = m_end;
    if (isServers(level.matched) && !m_name.isNull() && level.member.name == m_name) {
        if (m_hasName)
            return refuse(level.member.keyBegin,
                          u"\"%1\" occurs a second time"_s.arg(plaintext::inQuotes(m_name)));
        m_hasName = true;
    }
    m_outline.tables[static_cast<std::size_t>(level.matched)].members.push_back(level.member);
    level.member = {};
    return true;
}

} // namespace

Result<YamlOutline> scanYaml(const QByteArray &file, const Place &place, const QString &name,
                             Sifter &sifter)
{
    return YamlScanner(file, place, name, sifter).run();
}

} // namespace flaredeck::connect
