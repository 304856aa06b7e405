#pragma once

#include "tests/ui/examples.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/text/format.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QTest>

#include <algorithm>
#include <memory>
#include <optional>

namespace flaredeck::ui {

/// A test with real clicks and keys on the real dialog.
class ConsentTest : public QObject
{
protected:
    void open(const ConsentRequest &request)
    {
        m_answer.reset();
        m_dialog = std::make_unique<ConsentDialog>(request);
        connect(m_dialog.get(), &ConsentDialog::answered, this,
                [this](const ConsentAnswer &answer) {
                    QVERIFY(!m_answer); // once
                    m_answer = answer;
                });
        m_dialog->show();
        QVERIFY(QTest::qWaitForWindowActive(m_dialog.get()));
    }

    void clickAllow()
    {
        auto *allow = child<QPushButton>(QStringLiteral("allow"));
        QTRY_VERIFY(allow->isEnabled());
        QTest::mouseClick(allow, Qt::LeftButton);
        QVERIFY(m_answer);
        QVERIFY(m_answer->allowed);
    }

    QComboBox *combo(const QString &accessibleName)
    {
        for (QComboBox *box : m_dialog->findChildren<QComboBox *>()) {
            if (box->accessibleName() == accessibleName)
                return box;
        }
        return nullptr;
    }

    [[nodiscard]] bool says(const QString &text) const
    {
        const auto labels = m_dialog->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&text](const QLabel *label) {
            return label->isVisible() && label->text() == text;
        });
    }

    void open() { open(examples::consent(format::now())); }
    template <typename T>
    T *child(const QString &name)
    {
        return m_dialog->findChild<T *>(name);
    }
    QString textOf(const QString &name)
    {
        const auto *label = child<QLabel>(name);
        return label ? label->text() : QString();
    }

    std::unique_ptr<ConsentDialog> m_dialog;
    std::optional<ConsentAnswer> m_answer;
};

} // namespace flaredeck::ui
