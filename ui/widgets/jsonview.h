#pragma once

#include <QPlainTextEdit>

class QSyntaxHighlighter;

namespace flaredeck::ui {

struct Tokens;

/// Shows JSON indented and coloured, other text unchanged. Grows with its content up to a limit,
/// then scrolls.
class JsonView : public QPlainTextEdit
{
    Q_OBJECT

public:
    explicit JsonView(const QString &name, QWidget *parent = nullptr);

    void setContent(const QByteArray &content);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    /// Colours the document, and belongs to it. Made anew when the theme changes.
    virtual QSyntaxHighlighter *makeHighlighter(const Tokens &tokens);
    void colour();
};

/// The text that a JsonView shows: indented when it is JSON.
[[nodiscard]] QString prettyJson(const QByteArray &content);

} // namespace flaredeck::ui
