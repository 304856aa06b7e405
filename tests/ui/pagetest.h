#pragma once

#include "tests/ui/pagefixture.h"

#include <QDialog>
#include <QPointer>
#include <QPushButton>
#include <QTest>

/// How tests find and press what a page shows.
namespace flaredeck::ui {

/// By its accessible name.
template <typename T>
T *named(QWidget &root, const QString &name)
{
    for (T *widget : root.findChildren<T *>()) {
        if (widget->accessibleName() == name)
            return widget;
    }
    return nullptr;
}

/// A visible one, by its text.
inline QPushButton *button(QWidget &root, const QString &text)
{
    for (QPushButton *candidate : root.findChildren<QPushButton *>()) {
        if (candidate->text() == text && candidate->isVisible())
            return candidate;
    }
    return nullptr;
}

/// The confirmation that the page has opened, where Cancel has the focus.
inline void answerDialog(QWidget &page, const QString &name)
{
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = page.findChild<QDialog *>());
    QCOMPARE(dialog->focusWidget(), dialog->findChild<QPushButton *>(QStringLiteral("cancel")));
    QTest::mouseClick(dialog->findChild<QPushButton *>(name), Qt::LeftButton);
    QTRY_VERIFY(!dialog);
}

} // namespace flaredeck::ui
