#include "tests/support/testcase.h"
#include "ui/theme/tokens.h"

#include <QPalette>
#include <QTest>

namespace tst_tokens {

using namespace flaredeck::ui;

/// WCAG 2.1 §1.4.3: text needs 4.5 : 1 against what it stands on.
class TestTokens : public QObject
{
    Q_OBJECT

private slots:
    void textIsReadableOnEverySurface_data();
    void textIsReadableOnEverySurface();
    void paletteLeadsBackToItsTokens();
    void contrastOfKnownPairs();
};

void TestTokens::textIsReadableOnEverySurface_data()
{
    QTest::addColumn<QColor>("text");
    QTest::addColumn<QColor>("ground");
    for (const auto &[theme, tokens] :
         {std::pair{"light", &Tokens::light()}, std::pair{"dark", &Tokens::dark()}}) {
        const QList<QPair<const char *, QColor>> grounds{
            {"window", tokens->window}, {"surface", tokens->surface},
            {"rail", tokens->rail},     {"selected", tokens->selected},
            {"hover", tokens->hover},   {"neutralSoft", tokens->neutralSoft}};
        const QList<QPair<const char *, QColor>> inks{
            {"text", tokens->text}, {"text2", tokens->text2}, {"accent", tokens->accent}};
        for (const auto &[groundName, ground] : grounds) {
            for (const auto &[inkName, ink] : inks)
                QTest::addRow("%s: %s on %s", theme, inkName, groundName) << ink << ground;
        }
        for (const auto &[groundName, ground] : grounds.first(3)) {
            QTest::addRow("%s: ok on %s", theme, groundName) << tokens->ok << ground;
            QTest::addRow("%s: warn on %s", theme, groundName) << tokens->warn << ground;
            QTest::addRow("%s: bad on %s", theme, groundName) << tokens->bad << ground;
        }
        for (const Tone tone : {Tone::Neutral, Tone::Ok, Tone::Warn, Tone::Bad, Tone::Accent}) {
            QTest::addRow("%s: tone %d on its own ground", theme, int(tone))
                << foreground(*tokens, tone) << softBackground(*tokens, tone);
            QTest::addRow("%s: text on the ground of tone %d", theme, int(tone))
                << tokens->text << softBackground(*tokens, tone);
        }
        QTest::addRow("%s: a primary button", theme) << tokens->onAccent << tokens->accent;
    }
}

void TestTokens::textIsReadableOnEverySurface()
{
    QFETCH(QColor, text);
    QFETCH(QColor, ground);
    const double ratio = contrast(text, ground);
    QVERIFY2(ratio >= 4.5, qPrintable(QStringLiteral("%1 on %2 is %3 : 1")
                                          .arg(text.name(), ground.name())
                                          .arg(ratio, 0, 'f', 2)));
}

void TestTokens::paletteLeadsBackToItsTokens()
{
    QCOMPARE(&Tokens::of(Tokens::light().palette()), &Tokens::light());
    QCOMPARE(&Tokens::of(Tokens::dark().palette()), &Tokens::dark());
}

void TestTokens::contrastOfKnownPairs()
{
    QCOMPARE(contrast(Qt::black, Qt::white), 21.0);
    QCOMPARE(contrast(Qt::white, Qt::white), 1.0);
    QVERIFY(qAbs(contrast(QColor(0x76, 0x76, 0x76), Qt::white) - 4.54) < 0.01);
}

FLAREDECK_TEST(TestTokens)

} // namespace tst_tokens

#include "tst_tokens.moc"
