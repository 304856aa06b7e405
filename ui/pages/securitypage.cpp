#include "ui/pages/securitypage.h"

#include "core/base/plaintext.h"
#include "core/service/commands.h"
#include "ui/dialogs/confirm.h"
#include "ui/models/auditmodel.h"
#include "ui/pages/auditdetail.h"
#include "ui/text/format.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/datatable.h"
#include "ui/widgets/surface.h"

#include <QAbstractItemView>
#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

#include <algorithm>

namespace flaredeck::ui {

namespace {

constexpr qsizetype kShortId = 12;

/// What the seal shows for a trail whose hashes are right.
QString sealInWords(store::SealState seal)
{
    switch (seal) {
    case store::SealState::Intact:
        return SecurityPage::tr("It is sealed with a key in the keychain.");
    case store::SealState::Unchecked:
        return SecurityPage::tr("Its seal was not checked, since the keychain is not open.");
    default:
        return SecurityPage::tr("Without a keychain no key seals it: whoever can write the file "
                                "can put another trail in its place.");
    }
}

} // namespace

SecurityPage::SecurityPage(const PageContext &context, QWidget *parent)
    : Page(tr("Security"), parent)
    , m_commands(context.commands)
    , m_archive(context.archive)
    , m_model(new AuditModel(
          [this](const AuditModel::Range &range) {
              return m_archive.audit([range, client = m_client](store::AuditReader &reader) {
                  return reader.rows(range.below, range.limit, client);
              });
          },
          this))
    , m_table(new DataTable(QStringLiteral("security"), context.settings))
    , m_detail(new AuditDetail)
    , m_split(new MasterDetail(QStringLiteral("security"), context.settings, new TableCard(m_table),
                               m_detail))
    , m_clients(new QComboBox)
    , m_filter(new QWidget)
    , m_verdict(new QWidget)
    , m_verdictPill(new PillLabel)
    , m_verdictText(labels::secondary())
    , m_verify(makeButton(tr("Verify")))
    , m_export(makeButton(tr("Export…")))
    , m_retry(makeButton(tr("Try again")))
    , m_all(makeButton(tr("Show all clients")))
{
    setSubtitle(tr("Who was let in, who was not, and what was taken back"));
    m_verify->setAccessibleName(tr("Verify the audit trail"));
    m_verify->setToolTip(tr("Check that nobody changed or removed a row"));
    m_export->setAccessibleName(tr("Export the audit trail"));
    m_export->setToolTip(tr("Write all rows with their hashes to a file"));
    addAction(m_verify);
    addAction(m_export);

    auto *verdict = new QHBoxLayout(m_verdict);
    verdict->setContentsMargins(0, 0, 0, 0);
    verdict->setSpacing(space::s);
    verdict->addWidget(m_verdictPill);
    verdict->addWidget(m_verdictText, 1);
    m_verdictText->setWordWrap(true);
    m_verdictText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_verdict->hide();
    content()->addWidget(m_verdict);
    m_clients->setAccessibleName(tr("Whose events are shown"));
    m_clients->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto *filter = new QHBoxLayout(m_filter);
    filter->setContentsMargins(0, 0, 0, 0);
    filter->setSpacing(space::s);
    filter->addWidget(labels::secondary(tr("Client")));
    filter->addWidget(m_clients);
    filter->addStretch();
    content()->addWidget(m_filter);
    addList(m_split, m_all);

    m_table->setAccessibleName(tr("Security events"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->start(m_model, {{140}, {150}, {150, true, 2}, {290, true}, {130, false, 1}});

    m_model->onRead([this](const AuditModel::Added &added) {
        showState(added ? Result<>() : fail(added.error()));
    });
    connect(m_table, &DataTable::currentIdChanged, this, &SecurityPage::showCurrent);
    connect(m_split, &MasterDetail::detailClosed, m_table, &DataTable::clearSelection);
    connect(m_verify, &QPushButton::clicked, this, &SecurityPage::verify);
    connect(m_export, &QPushButton::clicked, this, &SecurityPage::chooseFile);
    addStateAction(m_retry);
    connect(m_retry, &QPushButton::clicked, this, &SecurityPage::readHistory);
    connect(m_all, &QPushButton::clicked, this, [this] {
        showClient({});
        m_clients->setFocus();
    });
    connect(m_clients, &QComboBox::currentIndexChanged, this,
            [this] { showClient(ClientId{m_clients->currentData().toString()}); });
    showLoading();
}

void SecurityPage::showClient(const ClientId &client)
{
    if (m_client == client)
        return;
    m_client = client;
    m_table->clearSelection();
    readParties();
    m_model->reload();
    showLoading();
}

/// The choices are the clients in the trail, even those that are forgotten since.
void SecurityPage::fillClients(QList<store::AuditParty> parties)
{
    const auto isShown = [this](const store::AuditParty &party) { return party.id == m_client; };
    if (!m_client.isEmpty() && std::none_of(parties.begin(), parties.end(), isShown))
        parties.append({m_client, {}});
    if (m_clients->view()->isVisible())
        return; // a person has the list open
    const QSignalBlocker quiet(m_clients);
    if (m_parties == parties && m_clients->count() > 0) {
        m_clients->setCurrentIndex(qMax(0, m_clients->findData(m_client.value)));
        return;
    }
    m_parties = std::move(parties);
    m_clients->clear();
    m_clients->addItem(tr("All clients"), QString());
    for (const store::AuditParty &party : std::as_const(m_parties)) {
        const QString name = party.name.isEmpty() ? tr("Unnamed client") : party.name;
        const auto isNamesake = [&party](const store::AuditParty &other) {
            return other.name == party.name && other.id != party.id;
        };
        m_clients->addItem(
            plaintext::line(std::any_of(m_parties.begin(), m_parties.end(), isNamesake)
                                ? tr("%1 (%2)", "client, id")
                                      .arg(name, plaintext::cut(party.id.value, kShortId))
                                : name),
            party.id.value);
        m_clients->setItemData(m_clients->count() - 1, surface::toolTip(party.id.value),
                               Qt::ToolTipRole);
    }
    m_clients->setCurrentIndex(qMax(0, m_clients->findData(m_client.value)));
    m_filter->setVisible(m_clients->count() > 1);
}

void SecurityPage::readHistory()
{
    readParties();
    m_model->update();
}

void SecurityPage::readParties()
{
    const auto ask = [this] {
        return m_archive.audit([](store::AuditReader &reader) { return reader.clients(); });
    };
    m_partiesReading.refresh(this, ask, [this](const Result<QList<store::AuditParty>> &parties) {
        if (parties)
            fillClients(*parties);
        else
            showState(fail(parties.error()));
    });
}

void SecurityPage::showState(const Result<> &read)
{
    m_verify->setEnabled(read.has_value());
    m_export->setEnabled(read.has_value());
    if (!read)
        showError(tr("The audit trail cannot be read"), read.error().text(), m_retry);
    else if (m_model->rowCount() == 0 && !m_client.isEmpty())
        showNoMatch(tr("Nothing is known of this client"),
                    tr("Its events are older than what the audit trail keeps."));
    else if (m_model->rowCount() == 0)
        showEmpty(QStringLiteral("security"), tr("Nothing has happened yet"),
                  tr("Every registration, decision, refresh and refusal is written down here, in "
                     "a chain that shows when somebody changes it."));
    else
        showContent();
    showCurrent();
}

void SecurityPage::tick()
{
    m_model->touch();
}

void SecurityPage::showCurrent()
{
    const store::AuditRow *row = m_model->find(m_table->currentId());
    m_split->setDetailVisible(row != nullptr);
    if (row)
        m_detail->setRow(*row);
}

void SecurityPage::verify()
{
    m_verify->setEnabled(false);
    const auto walk = [](store::AuditReader &reader) { return reader.verify(); };
    whenDone(m_archive.audit(walk), this, [this](const Result<store::AuditVerdict> &verdict) {
        const store::AuditSeal seal = verdict ? verdict->seal : store::AuditSeal();
        whenDone(m_commands.ask(&service::Commands::checkAuditSeal, seal), this,
                 [this, verdict](store::SealState state) {
                     m_verify->setEnabled(true);
                     showVerdict(verdict, state);
                 });
    });
}

void SecurityPage::showVerdict(const Result<store::AuditVerdict> &verdict, store::SealState seal)
{
    if (!verdict) {
        m_verdictPill->set(QStringLiteral("warning"), tr("unknown"), Tone::Warn);
        m_verdictText->setText(plaintext::line(verdict.error().text()));
    } else if (verdict->broken) {
        m_verdictPill->set(QStringLiteral("warning"), tr("broken"), Tone::Bad);
        m_verdictText->setText(
            tr("Somebody changed the trail. %1 Rows after that cannot be trusted; "
               "compare them with an export.")
                .arg(plaintext::line(verdict->broken->problem)));
    } else if (seal == store::SealState::Broken) {
        m_verdictPill->set(QStringLiteral("warning"), tr("broken"), Tone::Bad);
        m_verdictText->setText(
            tr("The trail does not fit its seal, which was made with the key in the keychain. "
               "Somebody changed it, or sealed rows were dropped while the keychain was closed. "
               "Compare it with an export. A new key of the vault starts a new seal."));
    } else {
        const bool isSealed = seal == store::SealState::Intact;
        m_verdictPill->set(isSealed ? QStringLiteral("check") : QStringLiteral("warning"),
                           tr("intact"), isSealed ? Tone::Ok : Tone::Warn);
        const QString trail =
            verdict->rows > 0 ? tr("%1 events since %2. The newest is row %3, hash %4…")
                                    .arg(format::number(verdict->rows),
                                         format::moment(verdict->first, format::now()),
                                         format::number(verdict->head),
                                         QString::fromLatin1(verdict->headHash.toHex().left(16)))
                              : tr("The trail is empty.");
        m_verdictText->setText(trail + QLatin1Char(' ') + sealInWords(seal));
    }
    m_verdict->show();
}

void SecurityPage::chooseFile()
{
    auto *dialog = new QFileDialog(this, tr("Export the audit trail"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters({tr("JSON Lines (*.jsonl)"), tr("All files (*)")});
    dialog->setDefaultSuffix(QStringLiteral("jsonl"));
    dialog->selectFile(QStringLiteral("flaredeck-audit.jsonl"));
    connect(dialog, &QFileDialog::fileSelected, this, &SecurityPage::exportTo);
    dialog->open();
}

void SecurityPage::exportTo(const QString &file)
{
    const auto write = [file](store::AuditReader &reader) { return reader.exportTo(file); };
    whenDone(m_archive.audit(write), this, [this, file](const Result<qint64> &count) {
        if (!count) {
            tellProblem(this, tr("The audit trail was not exported"), count.error().text());
            return;
        }
        m_verdictPill->set(QStringLiteral("check"), tr("exported"), Tone::Ok);
        m_verdictText->setText(
            tr("%1 events are in %2.").arg(format::number(*count), plaintext::line(file)));
        m_verdict->show();
    });
}

} // namespace flaredeck::ui
