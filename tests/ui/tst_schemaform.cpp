#include "core/tools/definition.h"
#include "tests/support/testcase.h"
#include "ui/widgets/schemaform.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace tst_schemaform {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Fields for each kind of schema, and the JSON that is made of what a person types.
class TestSchemaForm : public QObject
{
    Q_OBJECT

private slots:
    void whatIsLeftEmptyIsLeftOut();
    void valuesHaveTheTypesOfTheSchema();
    void requiredMembersComeFirstAndAreMarked();
    void whatIsWrongIsSaidAtItsField_data();
    void whatIsWrongIsSaidAtItsField();
    void anOptionalObjectAsksForItsPartsOnceItHasOne();
    void whatIsNoJsonIsATextWhereOneIsTaken();
    void usualValuesAreShownAndNotSent();
    void valuesFillTheFieldsAgain();
    void everyToolHasAForm();

private:
    void open(const Json &schema);
    [[nodiscard]] bool gives(const Json &wanted)
    {
        const auto values = m_form->values();
        return values && *values == wanted;
    }
    template <typename T>
    T *editor(const QString &name)
    {
        auto *field = m_form->findChild<SchemaField *>(u"field/"_s + name);
        return field ? qobject_cast<T *>(field->editor()) : nullptr;
    }
    [[nodiscard]] QString problemAt(const QString &name) const
    {
        const auto *field = m_form->findChild<SchemaField *>(u"field/"_s + name);
        const auto *label = field->findChild<QLabel *>(u"problem"_s, Qt::FindDirectChildrenOnly);
        return label->isVisible() ? label->text() : QString();
    }

    std::unique_ptr<SchemaForm> m_form;
};

namespace {

Json object(const Json &members, const Json &required = Json::array())
{
    return {{"type", "object"}, {"properties", members}, {"required", required}};
}

Json allKinds()
{
    return object({{"text", {{"type", "string"}}},
                   {"whole", {{"type", "integer"}, {"minimum", 1}}},
                   {"part", {{"type", "number"}}},
                   {"flag", {{"type", "boolean"}}},
                   {"order", {{"type", "string"}, {"enum", {"asc", "desc"}}}},
                   {"names", {{"type", "array"}, {"items", {{"type", "string"}}}}},
                   {"ports", {{"type", "array"}, {"items", {{"type", "integer"}}}}},
                   {"page", object({{"size", {{"type", "integer"}}}})},
                   {"filters", {{"type", "array"}, {"items", {{"type", "object"}}}}}});
}

} // namespace

void TestSchemaForm::open(const Json &schema)
{
    m_form = std::make_unique<SchemaForm>();
    m_form->setSchema(schema);
    m_form->show();
    QVERIFY(QTest::qWaitForWindowActive(m_form.get()));
}

void TestSchemaForm::whatIsLeftEmptyIsLeftOut()
{
    open(allKinds());
    QVERIFY(gives(Json::object()));
}

void TestSchemaForm::valuesHaveTheTypesOfTheSchema()
{
    open(allKinds());
    const QSignalSpy edited(m_form.get(), &SchemaForm::edited);
    QTest::keyClicks(editor<QLineEdit>(u"text"_s), u"4711"_s);
    QTest::keyClicks(editor<QLineEdit>(u"whole"_s), u"12"_s);
    QTest::keyClicks(editor<QLineEdit>(u"part"_s), u"0.5"_s);
    editor<QComboBox>(u"flag"_s)->setFocus();
    QTest::keyClick(editor<QComboBox>(u"flag"_s), Qt::Key_Down);
    QTest::keyClick(editor<QComboBox>(u"order"_s), Qt::Key_End);
    editor<QPlainTextEdit>(u"names"_s)->setPlainText(u"a\nb c\n"_s);
    editor<QPlainTextEdit>(u"ports"_s)->setPlainText(u"80\n443"_s);
    QTest::keyClicks(editor<QLineEdit>(u"size"_s), u"10"_s);
    editor<QPlainTextEdit>(u"filters"_s)->setPlainText(uR"([{"key": "a"}])"_s);
    const Json wanted{{"text", "4711"},
                      {"whole", 12},
                      {"part", 0.5},
                      {"flag", true},
                      {"order", "desc"},
                      {"names", {"a", "b c"}},
                      {"ports", {80, 443}},
                      {"page", {{"size", 10}}},
                      {"filters", Json::array({{{"key", "a"}}})}};
    const auto values = m_form->values();
    QVERIFY(values);
    QVERIFY2(*values == wanted, values->dump().c_str());
    QVERIFY(!edited.isEmpty());
}

void TestSchemaForm::requiredMembersComeFirstAndAreMarked()
{
    open(object({{"a", {{"type", "string"}}}, {"z", {{"type", "string"}}}}, {"z"}));
    QVERIFY(editor<QLineEdit>(u"z"_s)->mapTo(m_form.get(), QPoint()).y() <
            editor<QLineEdit>(u"a"_s)->mapTo(m_form.get(), QPoint()).y());
    QCOMPARE(editor<QLineEdit>(u"z"_s)->accessibleName(), u"z, required"_s);
    QVERIFY(!m_form->values());
    QCOMPARE(problemAt(u"z"_s), u"This is required."_s);
    QCOMPARE(QApplication::focusWidget(), editor<QLineEdit>(u"z"_s));
    QTest::keyClicks(editor<QLineEdit>(u"z"_s), u"x"_s);
    QVERIFY(m_form->values());
    QCOMPARE(problemAt(u"z"_s), QString());
}

void TestSchemaForm::whatIsWrongIsSaidAtItsField_data()
{
    QTest::addColumn<QString>("field");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("words");
    QTest::newRow("no number") << u"whole"_s << u"many"_s << u"no number"_s;
    QTest::newRow("a fraction") << u"whole"_s << u"1.5"_s << u"whole number"_s;
    QTest::newRow("too small") << u"whole"_s << u"0"_s << u"whole"_s;
    QTest::newRow("a line of a list") << u"ports"_s << u"80\nhttp"_s << u"no number"_s;
    QTest::newRow("broken JSON") << u"filters"_s << u"[{"_s << QString();
    QTest::newRow("other JSON") << u"filters"_s << u"{}"_s << u"filters"_s;
}

void TestSchemaForm::whatIsWrongIsSaidAtItsField()
{
    QFETCH(QString, field);
    QFETCH(QString, typed);
    QFETCH(QString, words);
    open(allKinds());
    if (auto *line = editor<QLineEdit>(field))
        QTest::keyClicks(line, typed);
    else
        editor<QPlainTextEdit>(field)->setPlainText(typed);
    QVERIFY(!m_form->values());
    QVERIFY(!problemAt(field).isEmpty());
    QVERIFY2(problemAt(field).contains(words), qPrintable(problemAt(field)));
    QCOMPARE(problemAt(u"text"_s), QString());
    QCOMPARE(QApplication::focusWidget(), editor<QWidget>(field));
}

void TestSchemaForm::anOptionalObjectAsksForItsPartsOnceItHasOne()
{
    open(object({{"time", object({{"from", {{"type", "string"}}}, {"to", {{"type", "string"}}}},
                                 {"from", "to"})}}));
    QVERIFY(gives(Json::object()));
    QCOMPARE(problemAt(u"from"_s), QString());
    QTest::keyClicks(editor<QLineEdit>(u"from"_s), u"now"_s);
    QVERIFY(!m_form->values());
    QCOMPARE(problemAt(u"to"_s), u"This is required."_s);
    QCOMPARE(QApplication::focusWidget(), editor<QLineEdit>(u"to"_s));
}

void TestSchemaForm::whatIsNoJsonIsATextWhereOneIsTaken()
{
    const Json either{{"anyOf", {{{"type", "string"}}, {{"type", "number"}}}}};
    open(object({{"value", either}}));
    auto *text = editor<QPlainTextEdit>(u"value"_s);
    for (const auto &[typed, value] :
         std::initializer_list<std::pair<QString, Json>>{{u"12"_s, 12}, {u"a b"_s, "a b"}}) {
        text->setPlainText(typed);
        QVERIFY(gives(Json({{"value", value}})));
    }
    text->setPlainText(u"[1]"_s); // no number, and so a text
    QVERIFY(gives(Json({{"value", "[1]"}})));
}

void TestSchemaForm::usualValuesAreShownAndNotSent()
{
    open(object({{"limit", {{"type", "integer"}, {"default", 10}}},
                 {"all", {{"type", "boolean"}, {"default", false}}}}));
    QCOMPARE(editor<QLineEdit>(u"limit"_s)->placeholderText(), u"10"_s);
    QCOMPARE(editor<QComboBox>(u"all"_s)->currentText(), u"as usual: no"_s);
    QVERIFY(gives(Json::object()));
}

void TestSchemaForm::valuesFillTheFieldsAgain()
{
    const Json values{{"text", "x"},
                      {"whole", 3},
                      {"flag", false},
                      {"order", "asc"},
                      {"names", {"a", "b"}},
                      {"page", {{"size", 5}}},
                      {"filters", Json::array({{{"key", "a"}}})}};
    open(allKinds());
    m_form->setValues(values);
    QVERIFY(m_form->values());
    QVERIFY2(*m_form->values() == values, m_form->values()->dump().c_str());
    m_form->setValues(Json::object());
    QVERIFY(gives(Json::object()));
}

void TestSchemaForm::everyToolHasAForm()
{
    for (const tools::ToolDefinition &tool : tools::allDefinitions()) {
        SchemaForm form;
        form.setSchema(tool.tool.inputSchema);
        const Json *members = json::find(tool.tool.inputSchema, "properties");
        const qsizetype wanted = members ? qsizetype(members->size()) : 0;
        QCOMPARE(form.findChildren<SchemaField *>(QString(), Qt::FindDirectChildrenOnly).size(),
                 wanted);
    }
}

FLAREDECK_TEST(TestSchemaForm)

} // namespace tst_schemaform

#include "tst_schemaform.moc"
