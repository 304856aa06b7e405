#pragma once

#include "ui/widgets/card.h"

#include <QSplitter>

class QPushButton;
class QVBoxLayout;

namespace flaredeck {
class Settings;
}

namespace flaredeck::ui {

class ElidedLabel;
class LetterTile;

/// The right side of a page: a heading, then the scrolling content of `body()`.
class DetailPane : public Card
{
    Q_OBJECT

public:
    explicit DetailPane(const QString &name, QWidget *parent = nullptr);

    /// `tileName` empty: no tile, and the title in monospace.
    void setHeading(const QString &tileName, const QString &title, const QString &subtitle);
    [[nodiscard]] QVBoxLayout *body() const { return m_body; }
    /// Whether the detail replaces the list; it then shows a button that leads back.
    void setCovers(bool covers);
    [[nodiscard]] QPushButton *back() const { return m_back; }

signals:
    void closed();

private:
    LetterTile *m_tile;
    ElidedLabel *m_title;
    ElidedLabel *m_subtitle;
    QPushButton *m_back;
    QVBoxLayout *m_body;
};

/// A list in a card with the detail beside it, or in place of the list where both do not fit. Esc
/// closes the detail; the split is stored.
class MasterDetail : public QSplitter
{
    Q_OBJECT

public:
    MasterDetail(const QString &name, Settings &settings, QWidget *master, DetailPane *detail,
                 QWidget *parent = nullptr);

    void setDetailVisible(bool visible);

signals:
    void detailClosed();

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void arrange();

    QWidget *m_master;
    DetailPane *m_detail;
    bool m_detailWanted = false;
};

/// The table's frame.
class TableCard : public Card
{
    Q_OBJECT

public:
    explicit TableCard(QWidget *table, QWidget *parent = nullptr);
};

} // namespace flaredeck::ui
