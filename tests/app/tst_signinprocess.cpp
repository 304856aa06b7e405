#include "app/signinprocess.h"
#include "core/base/settings.h"
#include "tests/support/testcase.h"
#include "ui/text/loginprogram.h"

#include <QCoreApplication>
#include <QDesktopServices>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace tst_signinprocess {

using namespace flaredeck;
using namespace Qt::StringLiterals;
using app::SignInProcess;

/// Where flaredeck-login is not installed: beside the program of this test it never is.
class TestSignInProcess : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { QDesktopServices::unsetUrlHandler(u"signin"_s); }

    void withoutTheWindowTheBrowserOpensAndThatIsSaid();
    void whoChoseTheBrowserIsNotTold();
    void aWaitingTabGoesThereItself();
    void theHelperOfAnInstallationIsFound();

public slots:
    void openBrowser(const QUrl &url) { m_opened << url; }

private:
    static SignInRequest request()
    {
        SignInRequest request;
        request.id = u"s1"_s;
        request.url = QUrl(u"signin:page"_s);
        return request;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Settings> m_settings;
    QList<QUrl> m_opened;
};

void TestSignInProcess::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_settings = std::make_unique<Settings>(m_dir->filePath(u"settings.ini"_s));
    m_opened.clear();
    QDesktopServices::setUrlHandler(u"signin"_s, this, "openBrowser");
}

void TestSignInProcess::withoutTheWindowTheBrowserOpensAndThatIsSaid()
{
    QCOMPARE(ui::loginProgram(), QString());
    SignInProcess process(*m_settings);
    const QSignalSpy told(&process, &SignInProcess::browserUsed);
    QCOMPARE(process.show(request()).surface, SignInSurface::Shown);
    QCOMPARE(m_opened, QList{request().url});
    QCOMPARE(told.size(), 1);
    QVERIFY(told.at(0).at(0).toString().contains(u"not installed"_s));
    // It is used again once it is installed.
    QVERIFY(m_settings->get(setting::signInWith) != u"browser"_s);
}

void TestSignInProcess::whoChoseTheBrowserIsNotTold()
{
    m_settings->set(setting::signInWith, u"browser"_s);
    SignInProcess process(*m_settings);
    const QSignalSpy told(&process, &SignInProcess::browserUsed);
    QCOMPARE(process.show(request()).surface, SignInSurface::Shown);
    QCOMPARE(m_opened, QList{request().url});
    QCOMPARE(told.size(), 0);
}

void TestSignInProcess::aWaitingTabGoesThereItself()
{
    SignInProcess process(*m_settings);
    const QSignalSpy told(&process, &SignInProcess::browserUsed);
    SignInRequest waiting = request();
    waiting.tabWaiting = true;
    QCOMPARE(process.show(waiting).surface, SignInSurface::UseTab);
    QCOMPARE(m_opened, QList<QUrl>());
    QCOMPARE(told.size(), 0);
}

void TestSignInProcess::theHelperOfAnInstallationIsFound()
{
    // As it lies in /usr: bin/flaredeck and libexec/flaredeck/flaredeck-login.
    QDir here(QCoreApplication::applicationDirPath());
    const QString folder = QDir::cleanPath(here.filePath(u"../libexec/flaredeck"_s));
    QVERIFY(here.mkpath(folder));
    const auto remove = qScopeGuard([&folder] {
        QDir(folder).removeRecursively();
        QDir().rmdir(QFileInfo(folder).path());
    });
    const QString helper = folder + u"/flaredeck-login"_s;
    QVERIFY(QFile::copy(u"/bin/true"_s, helper));
    QCOMPARE(ui::loginProgram(), helper);
    QVERIFY(QFile::setPermissions(helper, QFile::ReadOwner));
    QCOMPARE(ui::loginProgram(), QString());
}

FLAREDECK_TEST(TestSignInProcess)

} // namespace tst_signinprocess

#include "tst_signinprocess.moc"
