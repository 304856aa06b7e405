#pragma once

#include "ui/widgets/schemaform.h"

class QComboBox;
class QLineEdit;
class QPlainTextEdit;

/// The kinds of fields of a SchemaForm.
namespace flaredeck::ui {

/// Text or a number on one line.
class LineField : public SchemaField
{
    Q_OBJECT

public:
    LineField(const QString &name, const Json &schema, bool isRequired);
    void fill(const Json &value) override;
    [[nodiscard]] QWidget *editor() const override;

protected:
    [[nodiscard]] Value value() override;

private:
    QLineEdit *m_line;
};

/// One of the values that an enum lists, or yes and no.
class ChoiceField : public SchemaField
{
    Q_OBJECT

public:
    ChoiceField(const QString &name, const Json &schema, bool isRequired);
    void fill(const Json &value) override;
    [[nodiscard]] QWidget *editor() const override;

protected:
    [[nodiscard]] Value value() override;

private:
    QComboBox *m_box;
    std::vector<Json> m_values; ///< the first is that of leaving it out
};

/// A list, one item a line.
class LinesField : public SchemaField
{
    Q_OBJECT

public:
    LinesField(const QString &name, const Json &schema, bool isRequired);
    void fill(const Json &value) override;
    [[nodiscard]] QWidget *editor() const override;

protected:
    [[nodiscard]] Value value() override;

private:
    QPlainTextEdit *m_text;
};

/// Anything, as JSON. What is no JSON is a text, where the schema takes one.
class JsonField : public SchemaField
{
    Q_OBJECT

public:
    JsonField(const QString &name, const Json &schema, bool isRequired);
    void fill(const Json &value) override;
    [[nodiscard]] QWidget *editor() const override;

protected:
    [[nodiscard]] Value value() override;

private:
    QPlainTextEdit *m_text;
};

/// An object with a form of its own.
class NestedField : public SchemaField
{
    Q_OBJECT

public:
    NestedField(const QString &name, const Json &schema, bool isRequired);
    void fill(const Json &value) override;
    [[nodiscard]] QWidget *editor() const override;
    void forgetProblem() override;

protected:
    [[nodiscard]] Value value() override;

private:
    SchemaForm *m_form;
};

/// Whether a value is what the schema wants; if not, why, with the member's name.
[[nodiscard]] std::optional<QString> schemaProblem(const QString &name, const Json &schema,
                                                   const Json &value);

} // namespace flaredeck::ui
