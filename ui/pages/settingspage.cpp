#include "ui/pages/settingspage.h"

#include "ui/pages/aboutsection.h"
#include "ui/pages/accountsection.h"
#include "ui/pages/appsections.h"
#include "ui/pages/oauthclientsection.h"
#include "ui/theme/tokens.h"

#include <QScrollArea>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {
constexpr int kReadable = 860; ///< longer lines tire the eye
} // namespace

SettingsPage::SettingsPage(const PageContext &context, QWidget *parent)
    : Page(tr("Settings"), parent)
    , m_sections{new AccountSection(context.commands, context.settings),
                 new OAuthClientSection(context.commands),
                 new ServerSection(context),
                 new PrivacySection(context),
                 new AppearanceSection(context),
                 new AboutSection(context),
                 new ForgetSection(context)}
{
    setSubtitle(tr("Changes apply at once"));
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, space::m, 0);
    column->setSpacing(space::m);
    for (SettingSection *section : m_sections)
        column->addWidget(section);
    column->addStretch();
    inner->setMaximumWidth(kReadable);

    auto *scroll = new QScrollArea;
    scroll->setAccessibleName(tr("Settings"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->viewport()->setAutoFillBackground(false);
    scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    content()->addWidget(scroll, 1);
    showLoading();
}

void SettingsPage::setSnapshot(const service::SnapshotPtr &snapshot)
{
    for (SettingSection *section : m_sections)
        section->setSnapshot(*snapshot);
    showContent();
}

} // namespace flaredeck::ui
