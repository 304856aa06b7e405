#include "ui/dialogs/consentdialog.h"

#include "core/policy/scopes.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

constexpr int kConsentWidth = 620;
constexpr qint64 kDaySeconds = 24LL * 60 * 60;

QString displayName(const ConsentRequest &request)
{
    return request.clientName.isEmpty() ? ConsentDialog::tr("A client without a name")
                                        : request.clientName;
}

} // namespace

ConsentDialog::ConsentDialog(const ConsentRequest &request, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::WindowStaysOnTopHint)
    , m_id(request.id)
    , m_position(labels::small())
    , m_account(new QComboBox)
    , m_lifetime(new QComboBox)
    , m_deny(makeButton(tr("Deny")))
    , m_allow(makeButton(tr("Allow"), ButtonRole::Primary))
{
    setWindowTitle(tr("Access to Cloudflare"));
    setFixedWidth(kConsentWidth);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, 20);
    column->setSpacing(space::l);
    if (request.sandbox) {
        auto *sandbox = new Banner(QStringLiteral("flask"), Tone::Warn);
        sandbox->setText(tr("Sandbox: nothing here reaches Cloudflare"));
        column->addWidget(sandbox);
    }
    column->addWidget(buildHead(request));
    if (request.leavesComputer) {
        auto *warning = new Banner(QStringLiteral("warning"), Tone::Bad);
        warning->setObjectName(QStringLiteral("leavesComputer"));
        warning->setText(tr("The answer leaves this computer. Allow only when you started this on "
                            "that web site."));
        column->addWidget(warning);
    }
    column->addWidget(buildFacts(request));
    column->addWidget(buildScopes(request));
    column->addWidget(buildFoot());
    column->setSizeConstraint(QLayout::SetFixedSize);

    m_allow->setEnabled(false);
    m_guard.setSingleShot(true);
    m_guard.setInterval(kGuardMs);
    connect(&m_guard, &QTimer::timeout, m_allow, [this] { m_allow->setEnabled(true); });
    connect(m_deny, &QPushButton::clicked, this, &ConsentDialog::reject);
    connect(m_allow, &QPushButton::clicked, this, &ConsentDialog::allow);

    installEventFilter(this);
    for (QWidget *child : findChildren<QWidget *>())
        child->installEventFilter(this);
    m_deny->setFocus();
}

QWidget *ConsentDialog::buildHead(const ConsentRequest &request)
{
    const QString name = displayName(request);
    auto *tile = new LetterTile(40);
    tile->setName(name);
    auto *title = labels::heading(tr("%1 asks to use your Cloudflare account").arg(name));
    title->setWordWrap(true);
    auto *phrase = labels::strong(request.checkPhrase);
    phrase->setObjectName(QStringLiteral("checkPhrase"));
    auto *second = new QHBoxLayout;
    second->setSpacing(5);
    second->addWidget(labels::secondary(tr("Check phrase in your browser tab:")));
    second->addWidget(phrase);
    second->addStretch();
    auto *texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addWidget(title);
    texts->addLayout(second);

    auto *head = new QWidget;
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::m);
    row->addWidget(tile, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_position, 0, Qt::AlignTop);
    m_position->hide();
    return head;
}

QWidget *ConsentDialog::buildFacts(const ConsentRequest &request)
{
    auto *box = new QWidget;
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(space::l);
    grid->setVerticalSpacing(space::s);
    grid->setColumnMinimumWidth(0, 120);
    grid->setColumnStretch(1, 1);
    const auto add = [grid](const QString &name, QLayout *value) {
        const int row = grid->rowCount();
        grid->addWidget(labels::secondary(name), row, 0);
        grid->addLayout(value, row, 1);
    };
    const auto line = [](const QList<QWidget *> &parts, int stretching) {
        auto *row = new QHBoxLayout;
        row->setSpacing(space::s);
        for (int i = 0; i < parts.size(); ++i)
            row->addWidget(parts.at(i), i == stretching ? 1 : 0);
        if (stretching < 0)
            row->addStretch();
        return row;
    };

    auto *found = new PillLabel;
    if (request.programPid > 0) {
        auto *path =
            new ElidedLabel(request.program.isEmpty() ? tr("unknown program") : request.program);
        path->setFont(fonts::mono());
        path->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Preferred);
        found->set(QStringLiteral("check"), tr("found on this computer"), Tone::Ok);
        add(tr("Program"),
            line({path, labels::body(tr("pid %1").arg(request.programPid)), found}, -1));
    } else {
        found->set(QStringLiteral("warning"), tr("not found"), Tone::Warn);
        add(tr("Program"), line({labels::body(tr("unknown")), found}, -1));
    }
    add(tr("Calls itself"), line({labels::body(tr("“%1”").arg(displayName(request))),
                                  labels::secondary(tr("(its own words, not checked)"))},
                                 -1));
    add(tr("First seen"),
        line({labels::body(tr("%1, registered by itself")
                               .arg(format::moment(request.firstSeen, format::now())))},
             -1));
    auto *target = labels::body(request.redirectTarget);
    target->setObjectName(QStringLiteral("redirectTarget"));
    target->setWordWrap(true);
    add(tr("Answer goes to"), line({target}, 0));

    m_account->setAccessibleName(tr("Account"));
    fillAccounts(request);
    if (request.accounts.isEmpty())
        add(tr("Account"),
            line({labels::body(tr("You sign in to Cloudflare next and choose there"))}, -1));
    else
        add(tr("Account"), line({m_account}, -1));
    return box;
}

void ConsentDialog::fillAccounts(const ConsentRequest &request)
{
    m_account->setParent(this);
    m_account->setVisible(!request.accounts.isEmpty());
    if (request.accounts.size() > 1)
        m_account->addItem(tr("All %1 accounts (%2)", "count, e-mail")
                               .arg(QString::number(request.accounts.size()), request.loginLabel));
    for (const AccountRef &account : request.accounts)
        m_account->addItem(tr("%1 (%2)", "account, e-mail").arg(account.name, request.loginLabel),
                           account.id);
}

QWidget *ConsentDialog::buildScopes(const ConsentRequest &request)
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(space::s);
    column->addWidget(labels::strong(tr("It asks for")));
    for (const QString &scope : scopetext::ordered(request.offered)) {
        column->addWidget(buildScope(request, scope));
        column->addWidget(new Hairline);
    }
    return box;
}

QWidget *ConsentDialog::buildScope(const ConsentRequest &request, const QString &scope)
{
    const QString meaning = scopetext::meaning(scope);
    auto *check = new QCheckBox(meaning);
    check->setObjectName(scope);
    check->setChecked(request.preselected.contains(scope) || scope == scopes::kBaseline);
    // Every grant can list tools and accounts; there is nothing to choose.
    check->setEnabled(scope != scopes::kBaseline);
    m_scopes << qMakePair(scope, check);

    const bool had = request.alreadyGranted.contains(scope);
    const bool wanted = request.requested.contains(scope);
    QString note = scopetext::opens(scope);
    if (had)
        note = tr("already has it");
    else if (!wanted)
        note = tr("not asked for · %1").arg(note);
    QLabel *opens = labels::small(note);
    opens->setToolTip(scopetext::toolNames(scope));

    auto *row = new QWidget;
    auto *layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(space::s);
    layout->addWidget(check);
    if (scopetext::isWrite(scope))
        layout->addWidget(new ChipLabel(Chip{tr("can change things"), Tone::Warn}));
    layout->addStretch();
    layout->addWidget(opens);
    return row;
}

QWidget *ConsentDialog::buildFoot()
{
    m_lifetime->setAccessibleName(tr("Keep access"));
    m_lifetime->addItem(tr("until I revoke it"), 0);
    m_lifetime->addItem(tr("30 days"), 30 * kDaySeconds);
    m_lifetime->addItem(tr("today (24 h)"), kDaySeconds);
    m_deny->setObjectName(QStringLiteral("deny"));
    m_allow->setObjectName(QStringLiteral("allow"));
    m_deny->setDefault(true);

    auto *foot = new QWidget;
    auto *row = new QHBoxLayout(foot);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::s);
    row->addWidget(labels::secondary(tr("Keep access")));
    row->addWidget(m_lifetime);
    row->addStretch();
    row->addWidget(m_deny);
    row->addWidget(m_allow);
    return foot;
}

void ConsentDialog::setPosition(int number, int of)
{
    m_position->setText(tr("%1 of %2").arg(number).arg(of));
    m_position->setVisible(of > 1);
}

void ConsentDialog::showEvent(QShowEvent *event)
{
    QDialog::showEvent(event);
    if (!event->spontaneous() && !m_allow->isEnabled())
        m_guard.start();
}

bool ConsentDialog::eventFilter(QObject *watched, QEvent *event)
{
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (key && !m_allow->isEnabled()) {
        event->accept();
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

void ConsentDialog::allow()
{
    ConsentAnswer yes;
    yes.allowed = true;
    for (const auto &[scope, check] : m_scopes) {
        if (check->isChecked())
            yes.scopes.insert(scope);
    }
    const QString account = m_account->currentData().toString();
    if (!account.isEmpty())
        yes.accountIds << account;
    yes.lifetimeSeconds = m_lifetime->currentData().toLongLong();
    answer(yes);
    QDialog::accept();
}

void ConsentDialog::reject()
{
    ConsentAnswer no;
    no.reason = QStringLiteral("The person denied the request.");
    answer(no);
    QDialog::reject();
}

void ConsentDialog::answer(const ConsentAnswer &answer)
{
    if (m_answered)
        return;
    m_answered = true;
    emit answered(answer);
}

} // namespace flaredeck::ui
