#include "ui/pages/calldetail.h"

#include "core/base/json.h"
#include "core/base/plaintext.h"
#include "core/tools/definition.h"
#include "ui/models/activityfilter.h"
#include "ui/text/format.h"
#include "ui/text/tooltext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/jsonview.h"
#include "ui/widgets/surface.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

using store::CallRecord;

namespace {

constexpr const char *kRedacted = "[redacted]"; ///< as core/base/redact.cpp writes it

/// Stored arguments and results are JSON or text.
Json jsonOrText(const QByteArray &content)
{
    auto parsed = json::parse(content);
    return parsed ? *parsed : Json(QString::fromUtf8(content));
}

/// The error of a failed call, for a person. Our tools return JSON for the model, which contains a
/// sentence and what to do about it.
struct Failure {
    QString sentence;
    QString action;
};

Failure failureOf(const CallRecord &call)
{
    const auto parsed = json::parse(call.error.toUtf8());
    const auto text = [&parsed](const char *name) {
        const auto found = parsed->find(name);
        return found != parsed->end() && found->is_string()
                   ? QString::fromStdString(found->get<std::string>())
                   : QString();
    };
    if (parsed && parsed->is_object() && !text("error").isEmpty())
        return {text("error"), text("action")};
    return {call.error.isEmpty() ? outcometext::word(call.outcome) : call.error, {}};
}

} // namespace

QByteArray callAsJson(const CallRecord &call)
{
    Json upstream = Json::array();
    for (const store::UpstreamRequest &request : call.upstream) {
        upstream.push_back({{"method", request.method},
                            {"path", request.path},
                            {"status", request.status},
                            {"ms", request.elapsedMs},
                            {"rayId", request.rayId}});
    }
    Json document{
        {"time", QDateTime::fromMSecsSinceEpoch(call.startedAt).toString(Qt::ISODateWithMs)},
        {"client", call.clientName},
        {"tool", call.tool},
        {"account", call.accountName},
        {"outcome", outcometext::word(call.outcome)},
        {"durationMs", double(call.durationUs) / 1000},
        {"arguments", jsonOrText(call.arguments)},
        {"result", jsonOrText(call.result)},
        {"upstream", upstream},
    };
    if (!call.decision.isEmpty())
        document["decision"] = call.decision;
    if (!call.error.isEmpty())
        document["error"] = call.error;
    return QByteArray::fromStdString(document.dump(2, ' ', false, Json::error_handler_t::replace));
}

CallDetail::CallDetail(QWidget *parent)
    : DetailPane(tr("Call details"), parent)
    , m_error(labels::body())
    , m_action(labels::body())
    , m_arguments(new JsonView(tr("Arguments")))
    , m_resultTitle(labels::strong())
    , m_result(new JsonView(tr("Result")))
    , m_upstream(new QWidget)
    , m_decision(labels::small())
    , m_again(makeButton(tr("Run again")))
    , m_rule(makeButton(tr("Make a rule")))
    , m_rules(new QMenu(this))
    , m_made(labels::small())
    , m_copy(new CopyButton(tr("Copy the call as JSON")))
{
    m_decision->setObjectName(QStringLiteral("decision"));
    m_decision->setWordWrap(true);
    m_again->setToolTip(tr("On the page Tools, as the person who is signed in"));
    m_rule->setAccessibleName(tr("Make a rule from this call"));
    m_rule->setMenu(m_rules);
    connect(m_again, &QPushButton::clicked, this,
            [this] { emit runRequested(m_call.tool, m_call.arguments, m_call.accountName); });
    connect(m_rules, &QMenu::aboutToShow, this, &CallDetail::fillRules);
    m_error->setObjectName(QStringLiteral("error"));
    m_action->setObjectName(QStringLiteral("action"));
    for (QLabel *label : {m_error, m_action}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    auto *upstream = new QVBoxLayout(m_upstream);
    upstream->setContentsMargins(0, 0, 0, 0);
    upstream->setSpacing(space::xs);

    body()->setSpacing(space::s);
    body()->addWidget(m_decision);
    body()->addWidget(m_error);
    body()->addWidget(m_action);
    body()->addWidget(labels::strong(tr("Arguments")));
    body()->addWidget(m_arguments);
    body()->addSpacing(space::xs);
    body()->addWidget(m_resultTitle);
    body()->addWidget(m_result);
    body()->addSpacing(space::xs);
    body()->addWidget(labels::strong(tr("Sent to Cloudflare")));
    body()->addWidget(m_upstream);
    body()->addSpacing(space::xs);
    auto *actions = new QHBoxLayout;
    actions->setSpacing(space::s);
    actions->addWidget(m_again);
    actions->addWidget(m_rule);
    actions->addStretch();
    body()->addLayout(actions);
    m_made->setObjectName(QStringLiteral("made"));
    m_made->setWordWrap(true);
    body()->addWidget(m_made);
    auto *foot = new QHBoxLayout;
    foot->addWidget(m_copy);
    foot->addWidget(labels::small(tr("as JSON")));
    foot->addStretch();
    body()->addLayout(foot);
    body()->addStretch();
}

void CallDetail::showActions()
{
    const bool isTool = tools::findDefinition(m_call.tool) != nullptr;
    // What was not stored cannot be repeated, and neither can a secret.
    m_again->setVisible(isTool && !m_call.arguments.isEmpty());
    m_again->setEnabled(!m_call.arguments.contains(kRedacted));
    m_rule->setVisible(isTool);
}

void CallDetail::fillRules()
{
    m_rules->clear();
    const auto add = [this](const QString &title, const ClientId &client) {
        m_rules->addSection(surface::caption(title));
        for (const Policy policy : kPolicies)
            m_rules->addAction(tooltext::policy(policy), this, [this, client, policy] {
                emit ruleRequested(client, QStringLiteral("tool:") + m_call.tool, policy);
            });
    };
    if (m_isKnown)
        add(tr("For %1").arg(m_call.clientName), m_call.client);
    add(tr("For all clients"), {});
}

void CallDetail::tellRule(const QString &words)
{
    m_made->setText(plaintext::line(words));
    m_made->show();
}

void CallDetail::setCall(const CallRecord &call, bool isKnown)
{
    m_isKnown = isKnown;
    if (m_call.id == call.id)
        return;
    m_call = call;
    m_made->hide();
    showActions();
    m_decision->setVisible(!call.decision.isEmpty());
    m_decision->setText(plaintext::line(tr("Decided: %1").arg(call.decision)));
    QStringList facts{call.clientName};
    if (!call.accountName.isEmpty())
        facts << call.accountName;
    facts << format::clockTime(call.startedAt, format::now()) << format::duration(call.durationUs);
    setHeading({}, call.tool, facts.join(QStringLiteral(" · ")));

    const Failure failure = failureOf(call);
    const bool failed = call.outcome != store::Outcome::Ok;
    m_error->setVisible(failed);
    m_error->setText(plaintext::block(failure.sentence));
    m_action->setVisible(failed && !failure.action.isEmpty());
    m_action->setText(plaintext::block(failure.action));
    QPalette colours = palette();
    colours.setColor(QPalette::WindowText,
                     foreground(Tokens::of(colours), outcometext::tone(call.outcome)));
    m_error->setPalette(colours);

    m_arguments->setContent(call.arguments.isEmpty() ? "{}" : call.arguments);
    m_resultTitle->setText(tr("Result, %1").arg(format::bytes(call.bytesOut)));
    m_result->setContent(call.result);
    m_resultTitle->setVisible(!call.result.isEmpty());
    m_result->setVisible(!call.result.isEmpty());
    showUpstream(call.upstream);
    m_copy->setCopied(plaintext::inJson(QString::fromUtf8(callAsJson(call))));
}

void CallDetail::showUpstream(const QList<store::UpstreamRequest> &requests)
{
    qDeleteAll(m_upstream->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    for (const store::UpstreamRequest &request : requests) {
        auto *line = labels::small(
            tr("%1 %2 → %3, %4 ms", "method, path, status, time")
                .arg(request.method, request.path,
                     request.status > 0 ? QString::number(request.status) : tr("no answer"),
                     QString::number(request.elapsedMs)));
        line->setWordWrap(true);
        line->setTextInteractionFlags(Qt::TextSelectableByMouse);
        if (!request.rayId.isEmpty())
            line->setToolTip(surface::toolTip(tr("Ray id %1").arg(request.rayId)));
        m_upstream->layout()->addWidget(line);
    }
    if (requests.isEmpty())
        m_upstream->layout()->addWidget(labels::small(tr("Nothing; this call was answered here")));
}

} // namespace flaredeck::ui
