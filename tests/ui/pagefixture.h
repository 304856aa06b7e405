#pragma once

#include "core/base/logging.h"
#include "core/base/paths.h"
#include "core/base/settings.h"
#include "tests/ui/examples.h"
#include "tests/ui/fakecommands.h"
#include "ui/pages/page.h"
#include "ui/text/format.h"

#include <QTemporaryDir>

namespace flaredeck::ui {

/// What a page needs to live without a core.
struct PageFixture {
    QTemporaryDir directory;
    Settings settings{directory.filePath(QStringLiteral("settings.ini"))};
    LogBook log{LogBook::Echo::Nothing};
    FakeCommands commands;
    DataDir files{directory.path()};
    PageContext context{commands, files.historyFile(), files.vaultFile(), settings, log};

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
        return std::make_shared<const service::Snapshot>(shot);
    }
};

} // namespace flaredeck::ui
