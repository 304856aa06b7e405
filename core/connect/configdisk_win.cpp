#include "core/connect/configdisk.h"

#include "core/base/processuser_win.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QRandomGenerator>

#include <windows.h>

// Unproven: no Windows has run this.
namespace flaredeck::connect::disk {

using namespace Qt::StringLiterals;

namespace {

/// A lock that nobody has renewed for so long is that of a program that is gone.
constexpr qint64 kStaleLockMs = 10'000;

std::wstring nativeOf(const QString &path)
{
    return QDir::toNativeSeparators(path).toStdWString();
}

} // namespace

std::optional<Facts> factsOf(const QString &path)
{
    HANDLE raw = CreateFileW(nativeOf(path).c_str(), FILE_READ_ATTRIBUTES,
                             FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                             OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (raw == INVALID_HANDLE_VALUE)
        return std::nullopt;
    const windows::Handle file(raw);
    BY_HANDLE_FILE_INFORMATION found{};
    const auto isOurs = windows::isOurFile(nativeOf(path).c_str());
    if (!GetFileInformationByHandle(raw, &found) || !isOurs)
        return std::nullopt;
    const QString owner = *isOurs ? QString() : u"of this computer"_s;
    return Facts{owner, static_cast<qint64>(found.nNumberOfLinks),
                 static_cast<qint64>(quint64(found.nFileSizeHigh) << 32 | found.nFileSizeLow)};
}

Lock::Lock(const QString &path)
    : m_path(path)
{
    const std::wstring name = nativeOf(m_path);
    m_held = CreateDirectoryW(name.c_str(), nullptr) != 0;
    if (m_held || GetLastError() != ERROR_ALREADY_EXISTS)
        return;
    const QDateTime since = QFileInfo(m_path).lastModified();
    if (since.msecsTo(QDateTime::currentDateTime()) > kStaleLockMs)
        m_held = RemoveDirectoryW(name.c_str()) && CreateDirectoryW(name.c_str(), nullptr);
}

Lock::~Lock()
{
    if (m_held)
        RemoveDirectoryW(nativeOf(m_path).c_str());
}

struct Draft::File {
    std::wstring target;
    std::wstring name;
    windows::Handle handle;
    bool wasMade = false;
    bool isKept = false;
};

Draft::Draft(const QString &target)
    : m_file(std::make_unique<File>())
{
    m_file->target = nativeOf(target);
    m_file->name = nativeOf(
        u"%1.flaredeck-%2"_s.arg(target).arg(QRandomGenerator::system()->generate64(), 0, 36));
    HANDLE raw = CreateFileW(m_file->name.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                             FILE_ATTRIBUTE_NORMAL, nullptr);
    m_file->wasMade = raw != INVALID_HANDLE_VALUE;
    if (m_file->wasMade)
        m_file->handle.reset(raw);
}

Draft::~Draft()
{
    if (!m_file->wasMade)
        return;
    m_file->handle.reset();
    if (!m_file->isKept)
        DeleteFileW(m_file->name.c_str());
}

bool Draft::isOpen() const
{
    return m_file->handle != nullptr;
}

bool Draft::write(const QByteArray &bytes) const
{
    DWORD done = 0;
    for (qsizetype at = 0; at < bytes.size(); at += done) {
        if (!WriteFile(m_file->handle.get(), bytes.constData() + at,
                       static_cast<DWORD>(bytes.size() - at), &done, nullptr))
            return false;
    }
    return FlushFileBuffers(m_file->handle.get()) != 0;
}

bool Draft::takeRights() const
{
    return true; // replacing a file keeps its rights
}

bool Draft::becomeTarget()
{
    m_file->handle.reset(); // an open file cannot take another one's place
    const bool isThere = GetFileAttributesW(m_file->target.c_str()) != INVALID_FILE_ATTRIBUTES;
    m_file->isKept = isThere ? ReplaceFileW(m_file->target.c_str(), m_file->name.c_str(), nullptr,
                                            REPLACEFILE_WRITE_THROUGH, nullptr, nullptr) != 0
                             : MoveFileExW(m_file->name.c_str(), m_file->target.c_str(),
                                           MOVEFILE_WRITE_THROUGH) != 0;
    return m_file->isKept;
}

bool remove(const QString &path)
{
    return DeleteFileW(nativeOf(path).c_str()) != 0;
}

} // namespace flaredeck::connect::disk
