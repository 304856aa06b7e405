#include "app/login/parentchannel.h"

#include <QFile>
#include <QJsonDocument>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace flaredeck::login {

namespace {

constexpr int kStandardInput = 0;

/// Blocks on standard input, which no event loop can watch on every platform.
class Reader : public QThread
{
    Q_OBJECT

signals:
    // moc defines it with another parameter name.
    void lineRead(const QByteArray &line); // NOLINT(readability-inconsistent-*)

protected:
    void run() override
    {
        // Not stdio: it would hold its lock while we block, and exit() needs that lock.
        QFile input;
        if (!input.open(kStandardInput, QIODevice::ReadOnly | QIODevice::Unbuffered))
            return;
        for (QByteArray line = input.readLine(); !line.isEmpty(); line = input.readLine())
            emit lineRead(line);
    }
};

} // namespace

ParentChannel::ParentChannel(QObject *parent)
    : QObject(parent)
{
    // No parent and never deleted: it may block in a read until the process ends, and a running
    // thread must not be destroyed.
    auto *reader = new Reader;
    connect(reader, &Reader::lineRead, this, &ParentChannel::lineReceived);
    connect(reader, &Reader::finished, this, &ParentChannel::closed);
    reader->start();
}

void ParentChannel::send(const char *event, QJsonObject more)
{
    more.insert("event"_L1, QString::fromLatin1(event));
    const QByteArray line = QJsonDocument(more).toJson(QJsonDocument::Compact) + '\n';
    std::fwrite(line.constData(), 1, std::size_t(line.size()), stdout);
    std::fflush(stdout);
}

} // namespace flaredeck::login

#include "parentchannel.moc"
