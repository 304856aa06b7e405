#include "ui/widgets/differenceview.h"

#include "ui/theme/tokens.h"

#include <QScreen>
#include <QSyntaxHighlighter>

namespace flaredeck::ui {

namespace {

constexpr int kMostLinesShown = 16;
constexpr int kFewLines = 8; ///< on a small screen
constexpr int kSmallScreen = 700;

/// Green for what comes, red for what goes; the marks at the line's beginning say it without
/// colours.
class DifferenceHighlighter : public QSyntaxHighlighter
{
public:
    DifferenceHighlighter(QTextDocument *document, const Tokens &tokens)
        : QSyntaxHighlighter(document)
        , m_tokens(tokens)
    {
    }

protected:
    void highlightBlock(const QString &text) override
    {
        const QColor colour = text.startsWith(QLatin1Char('+'))   ? m_tokens.ok
                              : text.startsWith(QLatin1Char('-')) ? m_tokens.bad
                                                                  : m_tokens.text2;
        setFormat(0, int(text.size()), colour);
    }

private:
    const Tokens &m_tokens;
};

} // namespace

DifferenceView::DifferenceView(const QString &name, QWidget *parent)
    : JsonView(name, parent)
{
    const bool isSmall = screen()->availableGeometry().height() < kSmallScreen;
    const int lines = isSmall ? kFewLines : kMostLinesShown;
    setMaximumHeight(fontMetrics().lineSpacing() * lines + 2 * space::s);
}

QSyntaxHighlighter *DifferenceView::makeHighlighter(const Tokens &tokens)
{
    return new DifferenceHighlighter(document(), tokens);
}

} // namespace flaredeck::ui
