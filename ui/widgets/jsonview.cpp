#include "ui/widgets/jsonview.h"

#include "core/base/json.h"
#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"

#include <QPainter>
#include <QRegularExpression>
#include <QSyntaxHighlighter>
#include <QTextBlock>

namespace flaredeck::ui {

namespace {

constexpr int kMostLines = 22;
constexpr qsizetype kMostShown = 200'000; ///< characters; laying out more would stall the window

/// Colours keys, strings and numbers of indented JSON, line by line.
class JsonHighlighter : public QSyntaxHighlighter
{
public:
    JsonHighlighter(QTextDocument *document, const Tokens &tokens)
        : QSyntaxHighlighter(document)
        , m_tokens(tokens)
    {
    }

protected:
    void highlightBlock(const QString &text) override
    {
        static const QRegularExpression pattern(
            QStringLiteral(R"RX((?<key>"(?:[^"\\]|\\.)*")\s*:|(?<text>"(?:[^"\\]|\\.)*"))RX"
                           R"RX(|(?<atom>\b(?:-?\d[\d.eE+-]*|true|false|null)\b))RX"));
        auto matches = pattern.globalMatch(text);
        while (matches.hasNext()) {
            const auto match = matches.next();
            paint(match, QStringLiteral("key"), m_tokens.accent);
            paint(match, QStringLiteral("text"), m_tokens.ok);
            paint(match, QStringLiteral("atom"), m_tokens.warn);
        }
    }

private:
    void paint(const QRegularExpressionMatch &match, const QString &group, const QColor &color)
    {
        if (match.capturedStart(group) >= 0)
            setFormat(int(match.capturedStart(group)), int(match.capturedLength(group)), color);
    }

    const Tokens &m_tokens;
};

} // namespace

QString prettyJson(const QByteArray &content)
{
    const auto parsed = json::parse(content);
    if (!parsed || !(parsed->is_object() || parsed->is_array()))
        return plaintext::block(QString::fromUtf8(content));
    return plaintext::inJson(
        QString::fromStdString(parsed->dump(2, ' ', false, Json::error_handler_t::replace)));
}

JsonView::JsonView(const QString &name, QWidget *parent)
    : QPlainTextEdit(parent)
{
    setAccessibleName(name);
    setReadOnly(true);
    setTabChangesFocus(true);
    setFont(fonts::mono());
    setFrameShape(NoFrame);
    setLineWrapMode(WidgetWidth);
    setWordWrapMode(QTextOption::WrapAnywhere);
    document()->setDocumentMargin(8);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setViewportMargins(1, 1, 1, 1);
    viewport()->setAutoFillBackground(false);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void JsonView::setContent(const QByteArray &content)
{
    QString text = prettyJson(content);
    if (text.size() > kMostShown) {
        text = plaintext::cut(text, kMostShown) + QLatin1Char('\n') +
               tr("… cut here; Copy as JSON has all of it");
    }
    setPlainText(text);
    colour();
    updateGeometry();
}

QSize JsonView::sizeHint() const
{
    // Long lines wrap, so this counts the lines at the current width.
    const int room = qMax(20, (width() > 60 ? width() : 280) - 20);
    const int perLine = qMax(1, room / qMax(1, fontMetrics().averageCharWidth()));
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines < kMostLines;
         block = block.next())
        lines += 1 + (block.length() - 2) / perLine;
    lines = qBound(1, lines, kMostLines);
    return {240, lines * fontMetrics().lineSpacing() + 20};
}

void JsonView::paintEvent(QPaintEvent *event)
{
    const Tokens &tokens = Tokens::of(palette());
    {
        QPainter painter(viewport());
        painter.fillRect(viewport()->rect(), tokens.surface);
        shapes::box(painter, viewport()->rect(), radius::control, tokens.window, tokens.line);
        if (hasFocus())
            shapes::focusRing(painter, viewport()->rect(), radius::control, tokens);
    }
    QPlainTextEdit::paintEvent(event);
}

void JsonView::changeEvent(QEvent *event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

void JsonView::resizeEvent(QResizeEvent *event)
{
    QPlainTextEdit::resizeEvent(event);
    if (event->oldSize().width() != event->size().width())
        updateGeometry(); // narrower lines are more lines
}

void JsonView::colour()
{
    for (auto *old : document()->findChildren<QSyntaxHighlighter *>())
        delete old;
    makeHighlighter(Tokens::of(palette()));
}

QSyntaxHighlighter *JsonView::makeHighlighter(const Tokens &tokens)
{
    return new JsonHighlighter(document(), tokens);
}

} // namespace flaredeck::ui
