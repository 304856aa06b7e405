// flaredeck-otherdata FOLDER DATA_DIR PORT [notes]: the core, headless, on the facts in FOLDER.
// With `notes` its provider is the one of this folder; otherwise it is the usual one with its
// sandbox. It agrees to each consent and prints what the person would have read.
#include "app/autoprompter.h"
#include "app/quitsignals.h"
#include "core/base/logging.h"
#include "core/provider/scopes.h"
#include "core/service/core.h"
#include "tests/provider/notesprovider.h"

#include <QCoreApplication>

#include <cstdio>

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

namespace {

void print(const Json &line)
{
    std::puts(json::print(line).constData());
    std::fflush(stdout);
}

class SpeakingPrompter : public app::AutoPrompter
{
public:
    void ask(const prompt::AnyQuestion &question) override
    {
        if (const auto *consent = std::get_if<prompt::Question<ConsentRequest>>(&question)) {
            Json offered = Json::object();
            for (const QString &name : consent->request().offered)
                offered[name.toStdString()] = scopes::find(name)->summary.toStdString();
            print({{"event", "consent"},
                   {"client", consent->request().clientName.toStdString()},
                   {"offered", std::move(offered)}});
        }
        AutoPrompter::ask(question);
    }
};

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"flaredeck"_s);
    const QStringList arguments = QCoreApplication::arguments();
    const bool isNotes = arguments.value(4) == u"notes"_s;
    provider::readFactsFrom(arguments.at(1));

    const LogBook log(LogBook::Echo::Stderr);
    service::Options options;
    options.dataDir = *DataDir::prepare(arguments.at(2), !isNotes);
    options.sandbox = !isNotes;
    options.autoApprove = true;
    options.sessionOnlyWithoutKeychain = true;
    SpeakingPrompter prompter;
    auto core =
        service::Core::create(options, prompter, {}, isNotes ? test::makeNotesProvider() : nullptr);
    if (!core || !(*core)->listen(arguments.at(3).toUShort()))
        return 1;
    const app::QuitSignals signalsOfTheSystem([] { return true; });
    QObject::connect(&signalsOfTheSystem, &app::QuitSignals::quitRequested, &application,
                     &QCoreApplication::quit);
    const int code = QCoreApplication::exec();
    (*core)->shutDown();
    return code;
}
