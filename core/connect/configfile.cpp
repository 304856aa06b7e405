#include "core/connect/configfile.h"

#include "core/base/ownfile.h"
#include "core/connect/configdisk.h"

#include <QDir>
#include <QFileInfo>

#include <memory>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

tl::unexpected<Error> refused(const QString &path, const QString &why)
{
    return fail(Error::Kind::Storage, u"%1 %2."_s.arg(QDir::toNativeSeparators(path), why),
                u"Enter Flaredeck there yourself; the window shows what to enter."_s);
}

/// With the system's last error.
tl::unexpected<Error> failed(const QString &path, const QString &what)
{
    return fail(
        Error::Kind::Storage,
        u"%1 cannot be %2: %3."_s.arg(QDir::toNativeSeparators(path), what, qt_error_string()),
        u"Nothing was changed. Make the file and its folder writable, then try again."_s);
}

bool isWithin(const QString &path, const QString &folder)
{
    return path.startsWith(folder + u'/');
}

/// Null when none is wanted.
Result<std::unique_ptr<disk::Lock>> takeLock(const ConfigFile &file, bool isWanted)
{
    if (!isWanted)
        return std::unique_ptr<disk::Lock>();
    auto lock = std::make_unique<disk::Lock>(file.realPath + u".lock"_s);
    if (lock->isHeld())
        return lock;
    return fail(
        Error::Kind::Timeout,
        u"Another program is writing %1 at this moment."_s.arg(QDir::toNativeSeparators(file.path)),
        u"Try again in some seconds."_s);
}

Result<> requireUnchanged(const ConfigFile &before, const QString &home)
{
    const auto now = readConfig(before.path, home);
    if (!now)
        return fail(now.error());
    if (*now != before)
        return fail(Error::Kind::Cancelled,
                    u"%1 was changed by another program in the meantime."_s.arg(
                        QDir::toNativeSeparators(before.path)),
                    u"Look at the change again, as it is now."_s);
    return {};
}

} // namespace

Result<ConfigFile> readConfig(const QString &path, const QString &home)
{
    const QString realHome = QFileInfo(home).canonicalFilePath();
    ConfigFile file{path, {}, false, {}};
    const QFileInfo info(path);
    if (!info.exists()) {
        if (info.isSymbolicLink())
            return refused(path, u"is a link to a file that is not there"_s);
        // The nearest folder that is there must be in the home directory, too.
        QString folder = info.absolutePath();
        while (!QFileInfo::exists(folder) && folder.size() > 1)
            folder = QFileInfo(folder).absolutePath();
        const QString real = QFileInfo(folder).canonicalFilePath();
        if (real != realHome && !isWithin(real, realHome))
            return refused(path, u"would be outside of your home directory"_s);
        file.realPath = real + info.absoluteFilePath().sliced(folder.size());
        return file;
    }
    file.realPath = info.canonicalFilePath();
    if (!isWithin(file.realPath, realHome))
        return refused(path, u"is a link that leads out of your home directory"_s);
    const auto found = disk::factsOf(file.realPath);
    if (!found)
        return failed(path, u"read"_s);
    if (!found->owner.isEmpty())
        return refused(path, u"belongs to another user (%1)"_s.arg(found->owner));
    if (found->names > 1)
        return refused(path, u"has a second name, which would keep the former content"_s);
    if (found->bytes > kLargestConfig)
        return refused(path, u"is larger than 16 MiB"_s);
    auto bytes = readSmallFile(file.realPath, kLargestConfig);
    if (!bytes)
        return fail(bytes.error());
    file.exists = true;
    file.bytes = *std::move(bytes);
    return file;
}

Result<> replaceConfig(const ConfigFile &before, const QByteArray &bytes, const QString &home,
                       bool lock)
{
    if (!QDir().mkpath(QFileInfo(before.realPath).absolutePath()))
        return failed(before.path, u"made"_s);
    const auto held = takeLock(before, lock);
    if (!held)
        return fail(held.error());
    disk::Draft draft(before.realPath);
    if (!draft.isOpen() || !draft.write(bytes) || (before.exists && !draft.takeRights()))
        return failed(before.path, u"written"_s);
    // As late as possible, since what the client writes after it is lost.
    if (const Result<> same = requireUnchanged(before, home); !same)
        return same;
    if (!draft.becomeTarget())
        return failed(before.path, u"written"_s);
    return {};
}

Result<> removeConfig(const ConfigFile &before, const QString &home, bool lock)
{
    const auto held = takeLock(before, lock);
    if (!held)
        return fail(held.error());
    if (const Result<> same = requireUnchanged(before, home); !same)
        return same;
    if (!disk::remove(before.realPath))
        return failed(before.path, u"removed"_s);
    return {};
}

} // namespace flaredeck::connect
