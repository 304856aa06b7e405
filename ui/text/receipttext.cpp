#include "ui/text/receipttext.h"

#include "ui/text/format.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

namespace flaredeck::ui::receipttext {

using service::Receipt;
using Progress = Receipt::Progress;

namespace {

struct ReceiptTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::receipttext)
};

constexpr qsizetype kNamedClients = 3;

QString names(const QStringList &clients)
{
    QStringList named;
    for (const QString &client : clients.first(std::min(clients.size(), kNamedClients)))
        named << (client.isEmpty() ? ReceiptTexts::tr("a client without a name") : client);
    const qsizetype more = clients.size() - named.size();
    const QString list = named.join(QStringLiteral(", "));
    return more == 0 ? list : ReceiptTexts::tr("%1 and %2 more").arg(list, format::number(more));
}

QString ended(const Receipt &receipt, Millis now)
{
    return ReceiptTexts::tr("Access of %1 ended at %2, within %3: %4, %5.",
                            "clients, time, duration, streams, calls")
        .arg(names(receipt.clients), format::clockTime(receipt.at, now),
             format::duration(receipt.tookUs),
             receipt.streams == 1
                 ? ReceiptTexts::tr("1 stream closed")
                 : ReceiptTexts::tr("%1 streams closed").arg(format::number(receipt.streams)),
             receipt.calls == 1
                 ? ReceiptTexts::tr("1 call cancelled")
                 : ReceiptTexts::tr("%1 calls cancelled").arg(format::number(receipt.calls)));
}

QString signedOut(const Receipt::SignOut &line, Millis now)
{
    switch (line.progress) {
    case Progress::NotAsked:
        return {};
    case Progress::Running:
        return ReceiptTexts::tr("Signing %1 out of Cloudflare…").arg(line.label);
    case Progress::Done:
        return line.atProvider
                   ? ReceiptTexts::tr("Cloudflare revoked the sign-in of %1 at %2.")
                         .arg(line.label, format::clockTime(line.at, now))
                   : ReceiptTexts::tr("The sign-in of %1 was removed here; an API token stays "
                                      "valid until you delete it at Cloudflare.")
                         .arg(line.label);
    case Progress::Failed:
        return ReceiptTexts::tr("%1 is signed out here. %2").arg(line.label, line.problem);
    }
    return {};
}

QString keyChanged(const Receipt &receipt)
{
    switch (receipt.keyChange) {
    case Progress::NotAsked:
        return {};
    case Progress::Running:
        return ReceiptTexts::tr("Changing the vault's key…");
    case Progress::Done:
        return ReceiptTexts::tr("The vault has a new key.");
    case Progress::Failed:
        return ReceiptTexts::tr("The vault's key was not changed: %1").arg(receipt.keyProblem);
    }
    return {};
}

} // namespace

QString sentence(const Receipt &receipt)
{
    const Millis now = format::now();
    QStringList parts;
    if (receipt.grants > 0)
        parts << ended(receipt, now);
    parts << receipt.problem;
    for (const Receipt::SignOut &line : receipt.signOuts)
        parts << signedOut(line, now);
    parts << keyChanged(receipt);
    parts.removeAll(QString());
    return parts.join(QLatin1Char(' '));
}

bool hasProblem(const Receipt &receipt)
{
    return !receipt.problem.isEmpty() || receipt.keyChange == Progress::Failed ||
           std::any_of(
               receipt.signOuts.begin(), receipt.signOuts.end(),
               [](const Receipt::SignOut &line) { return line.progress == Progress::Failed; });
}

} // namespace flaredeck::ui::receipttext
