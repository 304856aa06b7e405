#include "ui/widgets/schemafields.h"

#include "core/base/plaintext.h"
#include "core/tools/schemacheck.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/surface.h"

#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QVBoxLayout>

#include <algorithm>

namespace flaredeck::ui {

namespace {

constexpr int kLines = 3;
constexpr int kJsonIndent = 2;

/// A value as a person types it.
QString asTyped(const Json &value)
{
    if (value.is_null())
        return {};
    return value.is_string() ? json::toQString(value) : QString::fromUtf8(json::print(value));
}

QString usualOf(const Json &schema)
{
    const Json *usual = json::find(schema, "default");
    return usual ? asTyped(*usual) : QString();
}

bool isText(const Json &schema)
{
    return json::stringAt(schema, "type") == QLatin1String("string");
}

/// The number, or what is typed instead.
Result<Json> numberOf(const QString &typed, const Json &schema)
{
    const QString text = typed.trimmed();
    bool isWhole = false;
    const qint64 whole = text.toLongLong(&isWhole);
    if (isWhole)
        return Json(whole);
    bool isNumber = false;
    const double number = text.toDouble(&isNumber);
    if (isNumber && json::stringAt(schema, "type") == QLatin1String("number"))
        return Json(number);
    return fail(Error::Kind::InvalidInput, isNumber
                                               ? SchemaForm::tr("This has to be a whole number.")
                                               : SchemaForm::tr("This is no number."));
}

QPlainTextEdit *makeText()
{
    auto *text = new QPlainTextEdit;
    text->setTabChangesFocus(true);
    text->setFont(fonts::mono());
    text->setFixedHeight(kLines * QFontMetrics(fonts::mono()).lineSpacing() + 20);
    return text;
}

} // namespace

std::optional<QString> schemaProblem(const QString &name, const Json &schema, const Json &value)
{
    const std::string key = name.toStdString();
    const auto check =
        tools::SchemaCheck::compile({{"type", "object"}, {"properties", Json{{key, schema}}}});
    return check ? check->problem(Json{{key, value}}) : std::optional(check.error().text());
}

LineField::LineField(const QString &name, const Json &schema, bool isRequired)
    : SchemaField(name, schema, isRequired)
    , m_line(new QLineEdit)
{
    m_line->setPlaceholderText(plaintext::line(usualOf(schema)));
    connect(m_line, &QLineEdit::textEdited, this, &SchemaField::edited);
    take(m_line);
}

void LineField::fill(const Json &value)
{
    m_line->setText(asTyped(value));
}

QWidget *LineField::editor() const
{
    return m_line;
}

SchemaField::Value LineField::value()
{
    const QString typed = m_line->text();
    if (typed.isEmpty())
        return std::nullopt;
    return isText(schema()) ? Result<Json>(Json(typed)) : numberOf(typed, schema());
}

ChoiceField::ChoiceField(const QString &name, const Json &schema, bool isRequired)
    : SchemaField(name, schema, isRequired)
    , m_box(new QComboBox)
{
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(8);
    QString usual = usualOf(schema);
    const Json *values = json::find(schema, "enum");
    if (!values && !usual.isEmpty())
        usual = usual == QLatin1String("true") ? tr("yes") : tr("no");
    m_box->addItem(usual.isEmpty() ? (isRequired ? tr("choose one") : tr("not given"))
                                   : tr("as usual: %1").arg(plaintext::line(usual)));
    m_values.emplace_back();
    const auto add = [this](const QString &text, const Json &value) {
        m_box->addItem(plaintext::line(text));
        m_values.push_back(value);
    };
    if (values) {
        for (const Json &one : *values)
            add(asTyped(one), one);
    } else {
        add(tr("yes"), true);
        add(tr("no"), false);
    }
    connect(m_box, &QComboBox::activated, this, &SchemaField::edited);
    take(m_box);
}

void ChoiceField::fill(const Json &value)
{
    const auto found = std::find(m_values.begin() + 1, m_values.end(), value);
    m_box->setCurrentIndex(found == m_values.end() ? 0 : int(found - m_values.begin()));
}

QWidget *ChoiceField::editor() const
{
    return m_box;
}

SchemaField::Value ChoiceField::value()
{
    const auto index = std::size_t(m_box->currentIndex());
    return index > 0 && index < m_values.size() ? Value(Result<Json>(m_values.at(index)))
                                                : std::nullopt;
}

LinesField::LinesField(const QString &name, const Json &schema, bool isRequired)
    : SchemaField(name, schema, isRequired)
    , m_text(makeText())
{
    const QString usual = usualOf(schema);
    m_text->setPlaceholderText(usual.isEmpty() ? tr("one a line") : plaintext::line(usual));
    connect(m_text, &QPlainTextEdit::textChanged, this, &SchemaField::edited);
    take(m_text);
}

void LinesField::fill(const Json &value)
{
    QStringList lines;
    if (value.is_array()) {
        for (const Json &item : value)
            lines << asTyped(item);
    }
    m_text->setPlainText(lines.join(QLatin1Char('\n')));
}

QWidget *LinesField::editor() const
{
    return m_text;
}

SchemaField::Value LinesField::value()
{
    const QStringList lines = m_text->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    if (lines.isEmpty())
        return std::nullopt;
    const Json &items = schema().at("items");
    Json list = Json::array();
    for (const QString &line : lines) {
        Result<Json> item = isText(items) ? Result<Json>(Json(line)) : numberOf(line, items);
        if (!item)
            return Value(fail(item.error()));
        list.push_back(std::move(*item));
    }
    return Value(Result<Json>(std::move(list)));
}

JsonField::JsonField(const QString &name, const Json &schema, bool isRequired)
    : SchemaField(name, schema, isRequired)
    , m_text(makeText())
{
    const QString usual = usualOf(schema);
    m_text->setPlaceholderText(usual.isEmpty() ? tr("as JSON") : plaintext::line(usual));
    connect(m_text, &QPlainTextEdit::textChanged, this, &SchemaField::edited);
    take(m_text);
}

void JsonField::fill(const Json &value)
{
    m_text->setPlainText(value.is_null() ? QString()
                         : value.is_string()
                             ? json::toQString(value)
                             : QString::fromStdString(value.dump(kJsonIndent, ' ', false,
                                                                 Json::error_handler_t::replace)));
}

QWidget *JsonField::editor() const
{
    return m_text;
}

SchemaField::Value JsonField::value()
{
    const QString typed = m_text->toPlainText().trimmed();
    if (typed.isEmpty())
        return std::nullopt;
    Result<Json> parsed = json::parse(typed.toUtf8());
    if (parsed && !schemaProblem(name(), schema(), *parsed))
        return Value(std::move(parsed));
    if (!schemaProblem(name(), schema(), Json(typed)))
        return Value(Result<Json>(Json(typed)));
    return Value(std::move(parsed));
}

NestedField::NestedField(const QString &name, const Json &schema, bool isRequired)
    : SchemaField(name, schema, isRequired)
    , m_form(new SchemaForm)
{
    m_form->setSchema(schema);
    // Set off from its name, so that what belongs to it is seen.
    m_form->layout()->setContentsMargins(space::l, 0, 0, 0);
    connect(m_form, &SchemaForm::edited, this, &SchemaField::edited);
    take(m_form);
}

void NestedField::fill(const Json &value)
{
    m_form->setValues(value);
}

QWidget *NestedField::editor() const
{
    QWidget *wrong = m_form->firstWrong();
    return wrong ? wrong : m_form;
}

void NestedField::forgetProblem()
{
    SchemaField::forgetProblem();
    m_form->forgetProblems();
}

SchemaField::Value NestedField::value()
{
    // One that may be left out asks for its own required members only once it has any.
    bool isWrong = false;
    Json object = m_form->collect(isWrong);
    if (object.empty() && !isRequired() && !m_form->hasInput()) {
        m_form->forgetProblems();
        return std::nullopt;
    }
    if (isWrong)
        return Value(fail(Error::Kind::InvalidInput, tr("Something in it is missing or wrong.")));
    return Value(Result<Json>(std::move(object)));
}

} // namespace flaredeck::ui
