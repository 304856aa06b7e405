#include "ui/dialogs/addressquestion.h"

#include "core/base/whendone.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"

#include <QCoreApplication>
#include <QWidget>

namespace flaredeck::ui::addressquestion {

namespace {

struct AddressTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::addressquestion)
};

void askFor(QWidget *parent, service::CommandQueue &commands, const QString &address,
            const QStringList &clients)
{
    confirm(parent,
            {AddressTexts::tr("Tell the clients the new address?"),
             AddressTexts::tr("The server listens at %1 now. In the configuration of these clients "
                              "stands the former address:")
                 .arg(address),
             clients,
             AddressTexts::tr("Update them"),
             {},
             false},
            [parent, &commands] {
                tellFailure(commands.ask(&service::Commands::updateSetups), parent,
                            AddressTexts::tr("A configuration was not updated"));
            });
}

} // namespace

void ask(QWidget *parent, service::CommandQueue &commands, const QString &address)
{
    whenDone(commands.ask(&service::Commands::surveyClients), parent,
             [parent, &commands, address](const Result<connect::Survey> &survey) {
                 QStringList clients;
                 if (survey) {
                     for (const connect::ClientSetup &setup : survey->clients) {
                         if (setup.hasFormerAddress)
                             clients << setup.name;
                     }
                 }
                 if (!clients.isEmpty())
                     askFor(parent, commands, address, clients);
             });
}

} // namespace flaredeck::ui::addressquestion
