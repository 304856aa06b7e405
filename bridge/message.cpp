#include "bridge/message.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace flaredeck::bridge {

using namespace Qt::StringLiterals;

namespace {

constexpr int kServerError = -32000;

QByteArray printed(const QJsonValue &value)
{
    return QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact).sliced(1).chopped(1);
}

Message readOne(const QJsonObject &object)
{
    Message message;
    message.method = object["method"_L1].toString();
    const QJsonValue id = object["id"_L1];
    if (!id.isUndefined() && !id.isNull())
        message.id = printed(id);
    message.kind = message.method.isEmpty() ? Message::Kind::Response
                   : message.id.isEmpty()   ? Message::Kind::Notification
                                            : Message::Kind::Request;
    const QJsonObject params = object["params"_L1].toObject();
    for (const auto key : {"name"_L1, "uri"_L1, "taskId"_L1}) {
        if (message.name.isEmpty())
            message.name = params[key].toString();
    }
    message.revision =
        params["_meta"_L1].toObject()["io.modelcontextprotocol/protocolVersion"_L1].toString();
    if (message.method == "notifications/cancelled"_L1)
        message.cancels = printed(params["requestId"_L1]);
    return message;
}

} // namespace

bool Message::isRepeatable() const
{
    return kind != Kind::Request || (method != "tools/call"_L1 && method != "tasks/update"_L1);
}

QString Message::listOf() const
{
    const qsizetype slash = method.indexOf(u'/');
    return method.sliced(slash + 1) == "list"_L1 ? method.first(slash) : QString();
}

QList<Message> Message::read(const QByteArray &line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    QList<Message> messages;
    if (document.isObject()) {
        messages << readOne(document.object());
        messages.first().line = line;
    }
    const QJsonArray batch = document.array();
    for (const QJsonValue &member : batch) {
        messages << readOne(member.toObject());
        messages.last().line = QJsonDocument(member.toObject()).toJson(QJsonDocument::Compact);
    }
    return messages;
}

QList<QByteArray> answeredBy(const QByteArray &line)
{
    const QJsonDocument document = QJsonDocument::fromJson(line);
    const QJsonArray messages =
        document.isArray() ? document.array() : QJsonArray{document.object()};
    QList<QByteArray> ids;
    for (const QJsonValue &value : messages) {
        const Message message = readOne(value.toObject());
        if (message.kind == Message::Kind::Response && !message.id.isEmpty())
            ids << message.id;
    }
    return ids;
}

QByteArray resultLine(const QByteArray &id, const QJsonObject &result)
{
    return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" +
           QJsonDocument(result).toJson(QJsonDocument::Compact) + '}';
}

QByteArray errorLine(const QByteArray &id, int code, const QString &text)
{
    const QJsonObject error{{"code"_L1, code}, {"message"_L1, text}};
    return R"({"jsonrpc":"2.0","id":)" + (id.isEmpty() ? QByteArray("null") : id) + R"(,"error":)" +
           QJsonDocument(error).toJson(QJsonDocument::Compact) + '}';
}

QByteArray refusalLine(const Message &request, const QString &text)
{
    // Hosts show the error of a call to a person at best; a result goes to the model.
    if (request.method != "tools/call"_L1)
        return errorLine(request.id, kServerError, text);
    QJsonObject result{
        {"content"_L1, QJsonArray{QJsonObject{{"type"_L1, "text"_L1}, {"text"_L1, text}}}},
        {"isError"_L1, true}};
    if (request.isStateless())
        result["resultType"_L1] = "complete"_L1;
    return resultLine(request.id, result);
}

} // namespace flaredeck::bridge
