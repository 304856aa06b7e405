#pragma once

#include "ui/theme/style.h"

#include <QAbstractButton>
#include <QPushButton>

namespace flaredeck::ui {

/// A focused button is clicked by Enter as by Space, in dialogs and on pages.
[[nodiscard]] QPushButton *makeButton(const QString &text, ButtonRole role = ButtonRole::Normal,
                                      QWidget *parent = nullptr);

/// The same for an existing button.
void clickByEnter(QAbstractButton *button);

/// Copies a text and confirms that for a moment.
class CopyButton : public QPushButton
{
    Q_OBJECT

public:
    /// `what` names the text for screen readers: "Copy the server address".
    explicit CopyButton(const QString &what, QWidget *parent = nullptr);
    void setCopied(const QString &text) { m_text = text; }

private:
    void copy();
    QString m_text;
};

/// A switch that takes effect at once.
class ToggleSwitch : public QAbstractButton
{
    Q_OBJECT

public:
    explicit ToggleSwitch(QWidget *parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
    [[nodiscard]] bool hitButton(const QPoint &position) const override;
};

} // namespace flaredeck::ui
