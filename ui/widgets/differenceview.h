#pragma once

#include "ui/widgets/jsonview.h"

namespace flaredeck::ui {

/// Shows lines that begin with "+", "-" or blanks, as connect::difference() makes them.
class DifferenceView : public JsonView
{
    Q_OBJECT

public:
    explicit DifferenceView(const QString &name, QWidget *parent = nullptr);

protected:
    QSyntaxHighlighter *makeHighlighter(const Tokens &tokens) override;
};

} // namespace flaredeck::ui
