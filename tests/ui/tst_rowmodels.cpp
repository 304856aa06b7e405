#include "tests/support/testcase.h"
#include "tests/ui/examples.h"
#include "ui/models/clientmodel.h"
#include "ui/models/grantmodel.h"
#include "ui/text/format.h"
#include "ui/widgets/cell.h"

#include <QAbstractItemModelTester>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

namespace tst_rowmodels {

using namespace flaredeck;
using namespace flaredeck::ui;

class TestRowModels : public QObject
{
    Q_OBJECT

private slots:
    void changesArePrecise();
    void reorderingMovesRows();
    void selectionSurvivesOtherRows();
    void clientsSayWhatTheyAre();
    void grantsShowScopesAsChips();
    void callsChangeWithoutAReset();
};

namespace {

constexpr auto kFatal = QAbstractItemModelTester::FailureReportingMode::QtTest;

QStringList ids(const QAbstractItemModel &model)
{
    QStringList result;
    for (int row = 0; row < model.rowCount(); ++row)
        result << model.index(row, 0).data(IdRole).toString();
    return result;
}

} // namespace

void TestRowModels::changesArePrecise()
{
    GrantModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    auto grants = examples::snapshot(format::now()).grants;
    model.setRows(grants);
    QCOMPARE(ids(model), QStringList({QStringLiteral("g-claude"), QStringLiteral("g-cursor"),
                                      QStringLiteral("g-vscode")}));

    const QSignalSpy inserted(&model, &QAbstractItemModel::rowsInserted);
    const QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
    const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    grants.removeAt(1);
    grants[1].grant.scopes.clear();
    model.setRows(grants);
    QCOMPARE(removed.size(), 1);
    QCOMPARE(removed.first().at(1).toInt(), 1);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed.first().at(0).toModelIndex().row(), 1);
    QCOMPARE(inserted.size(), 0);

    model.setRows(grants);
    QCOMPARE(changed.size(), 1); // nothing changed, nothing is said
    QCOMPARE(reset.size(), 0);
}

void TestRowModels::reorderingMovesRows()
{
    ClientModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    auto clients = examples::snapshot(format::now()).clients;
    model.setRows(clients);
    const QSignalSpy moved(&model, &QAbstractItemModel::rowsMoved);
    const QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
    clients.move(3, 0);
    model.setRows(clients);
    QCOMPARE(ids(model).first(), QStringLiteral("inspector"));
    QCOMPARE(moved.size(), 1);
    QCOMPARE(removed.size(), 0);
}

void TestRowModels::selectionSurvivesOtherRows()
{
    GrantModel model;
    auto grants = examples::snapshot(format::now()).grants;
    model.setRows(grants);
    QItemSelectionModel selection(&model);
    selection.select(model.index(2, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
    grants.removeFirst();
    model.setRows(grants);
    QCOMPARE(selection.selectedRows().size(), 1);
    QCOMPARE(selection.selectedRows().first().data(IdRole).toString(), QStringLiteral("g-vscode"));
}

void TestRowModels::clientsSayWhatTheyAre()
{
    ClientModel model;
    model.setRows(examples::snapshot(format::now()).clients);
    const auto text = [&model](int row, int column) {
        return model.index(row, column).data().toString();
    };
    QCOMPARE(text(0, ClientModel::Name), QStringLiteral("Claude Code"));
    QCOMPARE(text(0, ClientModel::Program), QStringLiteral("node · 41822"));
    QCOMPARE(text(0, ClientModel::Protocol), QStringLiteral("Streamable HTTP · 2025-11-25"));
    QCOMPARE(text(0, ClientModel::State), QStringLiteral("open now"));
    QCOMPARE(text(2, ClientModel::State), QStringLiteral("seen 5 min ago"));
    QCOMPARE(text(3, ClientModel::State), QStringLiteral("no access"));
    QCOMPARE(text(1, ClientModel::Sessions), QStringLiteral("2"));
}

void TestRowModels::grantsShowScopesAsChips()
{
    GrantModel model;
    model.setRows(examples::snapshot(format::now()).grants);
    const auto chips = model.index(1, GrantModel::May).data(ChipsRole).value<QList<Chip>>();
    QCOMPARE(chips.size(), 2);
    QCOMPARE(chips.at(0).text, QStringLiteral("account"));
    QCOMPARE(chips.at(1).text, QStringLiteral("workers"));
    QCOMPARE(chips.at(1).tone, Tone::Neutral);
    QCOMPARE(model.index(1, GrantModel::Account).data().toString(), QStringLiteral("2 accounts"));
}

void TestRowModels::callsChangeWithoutAReset()
{
    GrantModel model;
    const QAbstractItemModelTester tester(&model, kFatal);
    model.setRows(examples::snapshot(format::now()).grants);
    const QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
    model.setCalls({{QStringLiteral("g-cursor"), 31}});
    QCOMPARE(model.index(1, GrantModel::Calls).data().toString(), QStringLiteral("31"));
    QCOMPARE(model.index(1, GrantModel::Calls).data(SortRole).toLongLong(), 31);
    QCOMPARE(reset.size(), 0);
}

FLAREDECK_TEST(TestRowModels)

} // namespace tst_rowmodels

#include "tst_rowmodels.moc"
