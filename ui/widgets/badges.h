#pragma once

#include "ui/widgets/cell.h"

#include <QWidget>

class QPainter;

namespace flaredeck::ui {

/// Small marks, painted the same way in tables and as widgets.
namespace badges {

/// Each function returns the width that it took (or would take).
int pill(QPainter &painter, const QRect &cell, const QString &icon, const QString &text, Tone tone,
         const Tokens &tokens);
int chip(QPainter &painter, const QRect &cell, const Chip &chip, const Tokens &tokens);
int chipWidth(const Chip &chip);
int pillWidth(const QString &icon, const QString &text);
void tile(QPainter &painter, const QRect &square, const QString &name, const Tokens &tokens);
void dot(QPainter &painter, const QPointF &centre, Tone tone, const Tokens &tokens);

} // namespace badges

/// A chip on a page or in a dialog.
class ChipLabel : public QWidget
{
    Q_OBJECT

public:
    explicit ChipLabel(Chip chip, QWidget *parent = nullptr);
    void setChip(const Chip &chip);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Chip m_chip;
};

/// Icon and word on a tinted ground.
class PillLabel : public QWidget
{
    Q_OBJECT

public:
    explicit PillLabel(QWidget *parent = nullptr);
    void set(const QString &icon, const QString &text, Tone tone);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_icon;
    QString m_text;
    Tone m_tone = Tone::Neutral;
};

/// Two letters on a square: a client's own logo could not be trusted.
class LetterTile : public QWidget
{
    Q_OBJECT

public:
    explicit LetterTile(int size, QWidget *parent = nullptr);
    void setName(const QString &name);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_name;
};

/// A coloured dot; stands beside a word, never alone.
class StatusDot : public QWidget
{
    Q_OBJECT

public:
    explicit StatusDot(QWidget *parent = nullptr);
    void setTone(Tone tone);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    Tone m_tone = Tone::Neutral;
};

} // namespace flaredeck::ui
