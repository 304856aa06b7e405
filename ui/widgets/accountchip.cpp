#include "ui/widgets/accountchip.h"

#include "core/base/plaintext.h"
#include "ui/text/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/buttons.h"

#include <QMenu>
#include <QPainter>

namespace flaredeck::ui {

AccountChip::AccountChip(QWidget *parent)
    : QAbstractButton(parent)
{
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    clickByEnter(this);
    connect(this, &QAbstractButton::clicked, this, [this] {
        if (m_menu)
            m_menu->popup(mapToGlobal(QPoint(0, -m_menu->sizeHint().height() - 4)));
    });
}

void AccountChip::setSnapshot(const service::Snapshot &snapshot)
{
    if (snapshot.logins.isEmpty()) {
        m_letter.clear();
        m_first = snapshot.signInRunning.isEmpty() ? tr("Not signed in") : tr("Signing in…");
        m_second = tr("Cloudflare account");
    } else {
        const store::Login &login = snapshot.logins.first();
        const auto accounts = login.accounts.size();
        m_letter = format::firstLetters(login.email, 1).toUpper();
        m_first = accounts == 1  ? login.accounts.first().name
                  : accounts > 1 ? tr("%1 accounts").arg(accounts)
                                 : tr("No account");
        m_second = login.state == store::LoginState::Ok ? login.email : tr("Sign in again");
    }
    m_first = plaintext::line(m_first);
    m_second = plaintext::line(m_second);
    setAccessibleName(tr("Account: %1, %2").arg(m_first, m_second));
    update();
}

void AccountChip::setMenu(QMenu *menu)
{
    m_menu = menu;
}

void AccountChip::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (underMouse() || isDown()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.neutralSoft);
        painter.drawRoundedRect(rect(), radius::control, radius::control);
    }
    if (hasFocus())
        shapes::focusRing(painter, rect(), radius::control, tokens);

    const QRectF avatar(8, height() / 2.0 - 14, 28, 28);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tokens.selected);
    painter.drawEllipse(avatar);
    if (m_letter.isEmpty()) {
        icons::paint(painter, avatar.adjusted(5, 5, -5, -5), QStringLiteral("user"), tokens.accent);
    } else {
        painter.setFont(fonts::strong());
        painter.setPen(tokens.accent);
        painter.drawText(avatar, Qt::AlignCenter, m_letter);
    }

    const QRect text = rect().adjusted(44, 4, -6, -4);
    QFont first = fonts::body();
    first.setWeight(QFont::Medium);
    painter.setFont(first);
    painter.setPen(tokens.text);
    painter.drawText(text, Qt::AlignTop | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_first, Qt::ElideRight, text.width()));
    painter.setFont(fonts::small());
    painter.setPen(tokens.text2);
    painter.drawText(text, Qt::AlignBottom | Qt::AlignLeft,
                     painter.fontMetrics().elidedText(m_second, Qt::ElideMiddle, text.width()));
}

} // namespace flaredeck::ui
