#pragma once

#include "core/base/logging.h"
#include "core/base/paths.h"
#include "core/base/settings.h"
#include "core/provider/scopes.h"
#include "tests/ui/examples.h"
#include "tests/ui/fakecommands.h"
#include "ui/archive.h"
#include "ui/pages/page.h"
#include "ui/text/format.h"

#include <QTemporaryDir>
#include <QTest>

namespace flaredeck::ui {

/// What a page needs to live without a core.
struct PageFixture {
    QTemporaryDir directory;
    Settings settings{directory.filePath(QStringLiteral("settings.ini"))};
    LogBook log{LogBook::Echo::Nothing};
    FakeCommands commands;
    DataDir files{directory.path()};
    Archive archive{files.historyFile(), files.vaultFile()};
    PageContext context{commands, archive, files.root, settings, log};

    /// Waits until the page has all that it has asked the archive for.
    void settle()
    {
        QObject receiver;
        // What an answer leads to may be one more question.
        for (int round = 0; round < 3; ++round) {
            bool isThere = false;
            whenDone(archive.calls([](store::HistoryReader &) { return 0; }), &receiver,
                     [&isThere](int) { isThere = true; });
            if (!QTest::qWaitFor([&isThere] { return isThere; }))
                qFatal("the archive does not answer");
        }
    }

    [[nodiscard]] static service::SnapshotPtr busy()
    {
        return std::make_shared<const service::Snapshot>(examples::snapshot(format::now()));
    }
    /// Just started: nobody is registered or signed in.
    [[nodiscard]] static service::SnapshotPtr fresh()
    {
        service::Snapshot shot;
        shot.server = examples::snapshot(format::now()).server;
        shot.keyState = store::KeyState::Ready;
        shot.signInScopes = scopes::all();
        return std::make_shared<const service::Snapshot>(shot);
    }
};

} // namespace flaredeck::ui
