#include "ui/widgets/schemaform.h"

#include "core/base/plaintext.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/card.h"
#include "ui/widgets/elidedlabel.h"
#include "ui/widgets/schemafields.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {

QString typeWord(const QString &type)
{
    if (type == QLatin1String("string"))
        return SchemaForm::tr("text");
    if (type == QLatin1String("integer"))
        return SchemaForm::tr("whole number");
    if (type == QLatin1String("number"))
        return SchemaForm::tr("number");
    if (type == QLatin1String("boolean"))
        return SchemaForm::tr("yes or no");
    if (type == QLatin1String("array"))
        return SchemaForm::tr("list");
    return type == QLatin1String("object") ? SchemaForm::tr("object") : SchemaForm::tr("JSON");
}

QString typeOf(const Json &schema)
{
    return json::stringAt(schema, "type").value_or(QString());
}

/// A few lines of items that are no objects themselves.
bool isPlainList(const Json &schema)
{
    const Json *items = json::find(schema, "items");
    const QString type = items ? typeOf(*items) : QString();
    return typeOf(schema) == QLatin1String("array") &&
           (type == QLatin1String("string") || type == QLatin1String("integer") ||
            type == QLatin1String("number"));
}

bool hasMembers(const Json &schema)
{
    const Json *members = json::find(schema, "properties");
    return typeOf(schema) == QLatin1String("object") && members && !members->empty();
}

bool isLine(const Json &schema)
{
    const QString type = typeOf(schema);
    return type == QLatin1String("string") || type == QLatin1String("integer") ||
           type == QLatin1String("number");
}

} // namespace

QString schemaTypeInWords(const Json &schema)
{
    if (const Json *values = json::find(schema, "enum")) {
        QStringList words;
        for (const Json &value : *values)
            words << (value.is_string() ? json::toQString(value)
                                        : QString::fromUtf8(json::print(value)));
        return SchemaForm::tr("one of %1").arg(words.join(QStringLiteral(", ")));
    }
    if (const Json *items = json::find(schema, "items"); items && isPlainList(schema))
        return SchemaForm::tr("list: %1").arg(schemaTypeInWords(*items));
    return typeWord(typeOf(schema));
}

SchemaField *SchemaField::make(const QString &name, const Json &schema, bool isRequired)
{
    if (json::find(schema, "enum") || typeOf(schema) == QLatin1String("boolean"))
        return new ChoiceField(name, schema, isRequired);
    if (isLine(schema))
        return new LineField(name, schema, isRequired);
    if (isPlainList(schema))
        return new LinesField(name, schema, isRequired);
    if (hasMembers(schema))
        return new NestedField(name, schema, isRequired);
    return new JsonField(name, schema, isRequired);
}

SchemaField::SchemaField(QString name, Json schema, bool isRequired)
    : m_name(std::move(name))
    , m_schema(std::move(schema))
    , m_isRequired(isRequired)
    , m_column(new QVBoxLayout(this))
    , m_problem(labels::small())
{
    setObjectName(QStringLiteral("field/") + m_name);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(space::xs);
    auto *caption = new QHBoxLayout;
    caption->setSpacing(space::s);
    auto *title = new ElidedLabel(m_name, Qt::ElideRight);
    title->setFont(fonts::mono());
    caption->addWidget(title);
    const bool listsValues = json::find(m_schema, "enum") != nullptr;
    if (!listsValues)
        caption->addWidget(labels::small(schemaTypeInWords(m_schema)));
    if (m_isRequired)
        caption->addWidget(new ChipLabel(Chip{tr("required"), Tone::Neutral}));
    caption->addStretch();
    m_column->addLayout(caption);
    m_problem->setObjectName(QStringLiteral("problem"));
    m_problem->setWordWrap(true);
    m_problem->hide();
    m_column->addWidget(m_problem);
}

void SchemaField::take(QWidget *editor)
{
    editor->setAccessibleName(m_isRequired ? tr("%1, required").arg(m_name) : m_name);
    const QString description = json::stringAt(m_schema, "description").value_or(QString());
    editor->setAccessibleDescription(plaintext::line(description));
    m_column->insertWidget(1, editor);
}

void SchemaField::showProblem(const QString &problem)
{
    m_isWrong = !problem.isEmpty();
    m_problem->setVisible(m_isWrong);
    m_problem->setText(plaintext::line(problem));
    QPalette colours = palette();
    colours.setColor(QPalette::PlaceholderText, Tokens::of(colours).bad);
    m_problem->setPalette(colours);
}

std::optional<Json> SchemaField::read()
{
    const Value given = value();
    if (!given) {
        showProblem(m_isRequired ? tr("This is required.") : QString());
        return std::nullopt;
    }
    if (!*given) {
        showProblem(given->error().text());
        return std::nullopt;
    }
    const auto problem = schemaProblem(m_name, m_schema, **given);
    showProblem(problem.value_or(QString()));
    return problem ? std::nullopt : std::optional<Json>(**given);
}

SchemaForm::SchemaForm(QWidget *parent)
    : QWidget(parent)
    , m_column(new QVBoxLayout(this))
{
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(space::m);
}

void SchemaForm::setSchema(const Json &schema)
{
    for (SchemaField *field : m_fields)
        delete field;
    m_fields.clear();
    const Json *members = json::find(schema, "properties");
    if (!members)
        return;
    const QStringList required = json::stringsAt(schema, "required");
    for (const bool wanted : {true, false}) {
        for (const auto &[key, member] : members->items()) {
            const QString name = QString::fromStdString(key);
            if (required.contains(name) != wanted)
                continue;
            SchemaField *field = SchemaField::make(name, member, wanted);
            connect(field, &SchemaField::edited, this, &SchemaForm::edited);
            m_column->addWidget(field);
            m_fields.push_back(field);
        }
    }
}

void SchemaForm::setValues(const Json &values)
{
    for (SchemaField *field : m_fields) {
        const Json *value = json::find(values, field->name().toUtf8().constData());
        field->fill(value ? *value : Json());
    }
}

Json SchemaForm::collect(bool &isWrong)
{
    Json object = Json::object();
    for (SchemaField *field : m_fields) {
        if (auto value = field->read())
            object[field->name().toStdString()] = std::move(*value);
        isWrong = isWrong || field->isWrong();
    }
    return object;
}

QWidget *SchemaForm::firstWrong() const
{
    const auto wrong = std::find_if(m_fields.begin(), m_fields.end(),
                                    [](const SchemaField *field) { return field->isWrong(); });
    return wrong == m_fields.end() ? nullptr : (*wrong)->editor();
}

bool SchemaForm::hasInput()
{
    return std::any_of(m_fields.begin(), m_fields.end(),
                       [](SchemaField *field) { return field->hasInput(); });
}

void SchemaForm::forgetProblems()
{
    for (SchemaField *field : m_fields)
        field->forgetProblem();
}

std::optional<Json> SchemaForm::values()
{
    bool isWrong = false;
    Json object = collect(isWrong);
    if (!isWrong)
        return object;
    if (QWidget *wrong = firstWrong())
        wrong->setFocus(Qt::OtherFocusReason);
    return std::nullopt;
}

} // namespace flaredeck::ui
