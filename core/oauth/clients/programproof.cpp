#include "core/oauth/clients/programproof.h"

#include "core/base/crypto.h"

#include <QDateTime>
#include <QFileInfo>

namespace flaredeck::oauth {

namespace {

/// Longer ones are cut by who looks them up, and two may begin alike.
constexpr qsizetype kLongestArguments = 500;

/// The file as it is; empty when it is none.
QByteArray stateOf(const QString &path)
{
    const QFileInfo file(path);
    if (!file.isFile())
        return {};
    // The time of the file's record, where there is one: unlike that of its contents, nobody sets
    // it to what it was before.
    const QDateTime recorded = file.metadataChangeTime();
    const QDateTime changed = recorded.isValid() ? recorded : file.lastModified();
    return path.toUtf8() + ' ' + QByteArray::number(file.size()) + ' ' +
           QByteArray::number(changed.toMSecsSinceEpoch());
}

QByteArray proofOf(const http::PeerProcess &program)
{
    const QByteArray file = stateOf(program.executable);
    const QByteArray script = stateOf(program.script);
    // Without its script an interpreter is whatever it runs.
    if (program.pid <= 0 || file.isEmpty() || program.commandLine.isEmpty() ||
        program.parentExecutable.isEmpty() || program.commandLine.size() > kLongestArguments ||
        (program.isInterpreter() && script.isEmpty()))
        return {};
    const QList<QByteArray> parts{file, script, program.commandLine.toUtf8(),
                                  program.parentExecutable.toUtf8()};
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

QByteArray filesProof(const http::PeerProcess &program)
{
    // Options of an interpreter can make it run something else beside its script.
    if (program.isInterpreter())
        return proofOf(program);
    const QByteArray file = stateOf(program.executable);
    return file.isEmpty() ? QByteArray() : crypto::sha256(file);
}

} // namespace flaredeck::oauth
