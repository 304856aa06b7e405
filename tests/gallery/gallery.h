#pragma once

#include "core/base/logging.h"
#include "core/base/settings.h"
#include "core/service/corethread.h"
#include "tests/ui/examples.h"
#include "ui/archive.h"
#include "ui/dialogs/promptqueue.h"
#include "ui/mainwindow.h"
#include "ui/pages/page.h"
#include "ui/signinlauncher.h"
#include "ui/text/format.h"
#include "ui/widgets/datatable.h"

#include <QImage>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>
#include <memory>

namespace flaredeck::gallery {

using namespace Qt::StringLiterals;

/// Looks of the same picture in a row that make it a settled one; about 10 ms lie between two.
inline constexpr int kSettled = 15;

/// Nobody signs in while pictures are made.
class NoSignIn : public ui::SignInLauncher
{
public:
    SignInShown show(const SignInRequest &) override
    {
        return {SignInSurface::Unavailable, u"pictures only"_s};
    }
    void end(const QString &, const QString &) override {}
};

/// The window in one theme, whose pictures go to a directory.
class Gallery
{
public:
    Gallery(QString directory, QString theme)
        : m_directory(std::move(directory))
        , m_theme(std::move(theme))
    {
    }

    /// A running core in the sandbox, with an hour of calls in its history.
    bool start(bool busy)
    {
        const auto data = DataDir::prepare(m_data.path());
        if (!data)
            return fail(data.error());
        if (busy)
            examples::writeHistory(data->historyFile(), examples::calls(ui::format::now()));
        if (busy)
            examples::writeAudit(data->vaultFile(), ui::format::now());
        m_settings = std::make_unique<Settings>(data->settingsFile());
        m_prompts = std::make_unique<ui::PromptQueue>(m_noSignIn, nullptr);
        m_window = std::make_unique<ui::MainWindow>(m_core, *data, *m_settings, m_log);
        m_window->resize(1240, 780);
        service::Options options;
        options.dataDir = *data;
        options.port = 0;
        options.sandbox = true;
        options.sessionOnlyWithoutKeychain = true;
        if (const auto started = m_core.start(options, *m_prompts); !started)
            return fail(started.error());
        m_window->show();
        return QTest::qWaitFor(
            [this] { return m_core.snapshot()->server.state == service::ServerState::Listening; });
    }

    /// What the core says, with clients that only exist in the example.
    void tell(const service::Snapshot &shot)
    {
        emit m_core.changed(std::make_shared<const service::Snapshot>(shot));
    }
    [[nodiscard]] service::Snapshot real() const { return *m_core.snapshot(); }
    [[nodiscard]] service::CoreThread &core() { return m_core; }
    [[nodiscard]] ui::MainWindow &window() { return *m_window; }

    void open(int page, int row = -1)
    {
        m_window->open(page);
        if (row >= 0) {
            for (auto *table : m_window->findChildren<ui::DataTable *>()) {
                if (table->isVisible())
                    table->selectRow(row);
            }
        }
    }

    void clearSelection()
    {
        for (auto *table : m_window->findChildren<ui::DataTable *>())
            table->clearSelection();
    }
    void search(const QString &text)
    {
        for (auto *field : m_window->findChildren<QLineEdit *>()) {
            if (field->isVisible())
                QTest::keyClicks(field, text);
        }
    }
    void click(const QString &button)
    {
        for (auto *candidate : m_window->findChildren<QPushButton *>()) {
            if (candidate->isVisible() && candidate->text() == button)
                candidate->click();
        }
    }
    /// As somebody would who can write the vault.
    void breakAudit() { examples::breakAudit(DataDir{m_data.path()}.vaultFile()); }

    /// What counts down never comes to rest.
    void saveAtOnce(QWidget &widget, const QString &name) { write(widget.grab().toImage(), name); }
    void save(QWidget &widget, const QString &name)
    {
        // Layouts and the log's batches settle first: the picture has to stay the same for a while.
        QImage picture;
        int same = 0;
        const bool settled = QTest::qWaitFor([&] {
            QImage now = widget.grab().toImage();
            same = now == picture ? same + 1 : 0;
            picture = std::move(now);
            return same == kSettled;
        });
        if (!settled)
            std::fprintf(stderr, "%s does not come to rest\n", qPrintable(name));
        write(picture, name);
    }
    void save(const QString &name) { save(*m_window, name); }
    /// Shows the middle of a page that is longer than the window.
    void scrollTo(const QString &widget) { scrollTo(m_window->findChild<QWidget *>(widget)); }
    void scrollTo(QWidget *target)
    {
        for (auto *area : m_window->findChildren<QScrollArea *>()) {
            if (target && area->isAncestorOf(target))
                area->ensureWidgetVisible(target, 0, 300);
        }
    }

    /// What a page needs that works with other commands than the core's.
    [[nodiscard]] ui::PageContext contextWith(service::CommandQueue &commands)
    {
        if (!m_archive)
            m_archive = std::make_unique<ui::Archive>(DataDir{m_data.path()}.historyFile(),
                                                      DataDir{m_data.path()}.vaultFile());
        return {commands, *m_archive, m_data.path(), *m_settings, m_log};
    }

private:
    void write(const QImage &picture, const QString &name) const
    {
        const QString file = u"%1/%2-%3.png"_s.arg(m_directory, name, m_theme);
        if (!picture.save(file))
            std::fprintf(stderr, "cannot write %s\n", qPrintable(file));
    }
    static bool fail(const Error &error)
    {
        std::fprintf(stderr, "%s\n", qPrintable(error.text()));
        return false;
    }

    QString m_directory;
    QString m_theme;
    QTemporaryDir m_data;
    NoSignIn m_noSignIn;
    LogBook m_log{LogBook::Echo::Nothing};
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<ui::Archive> m_archive;
    std::unique_ptr<ui::PromptQueue> m_prompts;
    service::CoreThread m_core; ///< stops before the prompts go
    std::unique_ptr<ui::MainWindow> m_window;
};

} // namespace flaredeck::gallery
