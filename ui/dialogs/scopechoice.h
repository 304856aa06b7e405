#pragma once

#include "core/prompt/prompter.h"

#include <QList>
#include <QWidget>

class QCheckBox;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::ui {

class ToggleSwitch;

/// What a client would be allowed to do: a line for each product with a box for reading and one for
/// changing, and one switch that leaves only what reads. What it asked for stands apart from what
/// the person may add, of which nothing is ticked at first, and nothing new that changes things is
/// ever ticked. What the client holds already is folded away, as there is nothing new to decide.
class ScopeChoice : public QWidget
{
    Q_OBJECT

public:
    explicit ScopeChoice(const ConsentRequest &request, QWidget *parent = nullptr);

    [[nodiscard]] ScopeSet chosen() const;
    /// It asks for something that it does not hold yet.
    [[nodiscard]] static bool asksForMore(const ConsentRequest &request);

private:
    struct Row {
        QString scope;
        QCheckBox *box = nullptr;
        bool wasTicked = false; ///< before "only look" took it away
    };

    void addAsked(QVBoxLayout *column, const ConsentRequest &request, const QStringList &asked);
    void addMore(QVBoxLayout *column, const ConsentRequest &request, const QStringList &more);
    void addScopes(QVBoxLayout *column, const ConsentRequest &request, const QStringList &scopes);
    void addHeld(QVBoxLayout *column, const ConsentRequest &request, const QStringList &held);
    void addReadOnly(QVBoxLayout *column) const;
    void setReadOnly(bool readOnly);

    QList<Row> m_rows;
};

} // namespace flaredeck::ui
