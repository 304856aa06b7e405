#include "core/oauth/programproof.h"

#include "core/base/crypto.h"

#include <QDateTime>
#include <QFileInfo>

namespace flaredeck::oauth {

namespace {

/// Longer ones are cut by who looks them up, and two may begin alike.
constexpr qsizetype kLongestArguments = 500;

QByteArray proofOf(const http::PeerProcess &program)
{
    const QFileInfo file(program.executable);
    if (program.pid <= 0 || program.executable.isEmpty() || program.commandLine.isEmpty() ||
        program.parentName.isEmpty() || program.commandLine.size() > kLongestArguments ||
        !file.isFile())
        return {};
    // The time of the file's record, where there is one: unlike that of its contents, nobody sets
    // it to what it was before.
    const QDateTime recorded = file.metadataChangeTime();
    const QDateTime changed = recorded.isValid() ? recorded : file.lastModified();
    const QList<QByteArray> parts{program.executable.toUtf8(), program.commandLine.toUtf8(),
                                  program.parentName.toUtf8(), QByteArray::number(file.size()),
                                  QByteArray::number(changed.toMSecsSinceEpoch())};
    return crypto::sha256(parts.join('\0'));
}

} // namespace

QByteArray programProof(const QList<http::PeerProcess> &listeners)
{
    QByteArray proof;
    for (const http::PeerProcess &program : listeners) {
        const QByteArray own = proofOf(program);
        if (own.isEmpty() || (!proof.isEmpty() && own != proof))
            return {};
        proof = own;
    }
    return proof;
}

} // namespace flaredeck::oauth
