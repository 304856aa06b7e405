#include "ui/pages/onboarding.h"

#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {

/// The number of a step on a tinted disc.
class StepNumber : public QWidget
{
public:
    explicit StepNumber(int number)
        : m_number(number)
    {
        setFixedSize(32, 32);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        const Tokens &tokens = Tokens::of(palette());
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.selected);
        painter.drawEllipse(rect());
        painter.setFont(fonts::heading());
        painter.setPen(tokens.accent);
        painter.drawText(rect(), Qt::AlignCenter, QString::number(m_number));
    }

private:
    int m_number;
};

QHBoxLayout *startStep(QVBoxLayout *steps, int number, const QString &title, QLabel *text)
{
    auto *card = new Card;
    auto *row = new QHBoxLayout(card);
    row->setContentsMargins(20, 18, 20, 18);
    row->setSpacing(space::l);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addWidget(labels::heading(title));
    text->setWordWrap(true);
    texts->addWidget(text);
    row->addWidget(new StepNumber(number), 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    steps->addWidget(card);
    return row;
}

} // namespace

Onboarding::Onboarding(QWidget *parent)
    : QWidget(parent)
    , m_signedIn(new PillLabel)
    , m_signInText(labels::secondary())
    , m_signIn(makeButton(tr("Sign in to Cloudflare"), ButtonRole::Primary))
    , m_address(labels::mono())
    , m_copy(new CopyButton(tr("Copy the server address")))
{
    auto *steps = new QVBoxLayout(this);
    steps->setContentsMargins(0, 0, 0, 0);
    steps->setSpacing(space::m);

    QHBoxLayout *first = startStep(steps, 1, tr("Sign in"), m_signInText);
    first->addWidget(m_signedIn);
    first->addWidget(m_signIn);

    QHBoxLayout *second = startStep(
        steps, 2, tr("Connect a client"),
        labels::secondary(tr("Flaredeck enters itself into the clients that it finds here; any "
                             "other MCP client needs this address. You are asked what each may "
                             "do.")));
    QPushButton *how = makeButton(tr("Connect…"));
    second->addWidget(m_address);
    second->addWidget(m_copy);
    second->addWidget(how);

    startStep(steps, 3, tr("See the first call"),
              labels::secondary(tr("Ask your client: “List my Workers”. The call appears here and "
                                   "on Activity, with what it sent and what came back.")));
    steps->addStretch();

    connect(m_signIn, &QPushButton::clicked, this, &Onboarding::signInRequested);
    connect(how, &QPushButton::clicked, this, &Onboarding::connectRequested);
}

void Onboarding::setSnapshot(const service::Snapshot &snapshot)
{
    const bool signedIn = !snapshot.logins.isEmpty();
    m_signIn->setVisible(!signedIn);
    m_signIn->setEnabled(snapshot.signInRunning.isEmpty());
    m_signedIn->setVisible(signedIn);
    m_signedIn->set(QStringLiteral("check"), tr("done"), Tone::Ok);
    m_signInText->setText(
        signedIn ? tr("Signed in as %1.").arg(plaintext::line(snapshot.logins.first().email))
                 : tr("One sign-in for all clients. They get bounded pieces of it, never the "
                      "sign-in itself. You can also do this when the first client asks."));
    m_address->setText(snapshot.server.mcpUrl);
    m_copy->setCopied(snapshot.server.mcpUrl);
}

} // namespace flaredeck::ui
