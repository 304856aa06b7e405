#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>

namespace flaredeck::bridge {

/// What the bridge has to know of a line; the line itself goes through as it is.
struct Message {
    enum class Kind { Request, Notification, Response };

    QByteArray line = {};
    Kind kind = Kind::Notification;
    QByteArray id = {};      ///< as JSON; empty for notifications
    QString method = {};     ///< empty for responses
    QString name = {};       ///< what Mcp-Name repeats: of the tool, prompt, resource or task
    QString revision = {};   ///< that `params._meta` claims; empty in the era of sessions
    QByteArray cancels = {}; ///< id that notifications/cancelled names

    [[nodiscard]] bool isStateless() const { return !revision.isEmpty(); }
    /// Doing it twice does no harm.
    [[nodiscard]] bool isRepeatable() const;
    /// The list that the method asks for ("tools"); empty when it is no such method.
    [[nodiscard]] QString listOf() const;

    /// Empty for what is no JSON-RPC. A batch (2025-03-26) becomes its members, each with a line of
    /// its own.
    [[nodiscard]] static QList<Message> read(const QByteArray &line);
};

/// The ids that a line from the server answers; empty when it answers none.
[[nodiscard]] QList<QByteArray> answeredBy(const QByteArray &line);

/// Answers of the bridge itself, each one line.
[[nodiscard]] QByteArray resultLine(const QByteArray &id, const QJsonObject &result);
[[nodiscard]] QByteArray errorLine(const QByteArray &id, int code, const QString &text);
/// The answer for a request that cannot be carried out, in the form that the model gets to read.
[[nodiscard]] QByteArray refusalLine(const Message &request, const QString &text);

} // namespace flaredeck::bridge
