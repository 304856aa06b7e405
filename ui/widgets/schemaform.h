#pragma once

#include "core/base/json.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace flaredeck::ui {

/// One member of an object, as a person fills it in: its name and type, a field, and what is wrong
/// with it.
class SchemaField : public QWidget
{
    Q_OBJECT

public:
    /// Nothing when it is left empty; else the value, or what is wrong with the text.
    using Value = std::optional<Result<Json>>;

    /// The field that fits the schema. Never null.
    [[nodiscard]] static SchemaField *make(const QString &name, const Json &schema,
                                           bool isRequired);

    /// The value, checked; shows what is wrong. Nothing when it is left out, or wrong.
    [[nodiscard]] std::optional<Json> read();
    [[nodiscard]] bool isWrong() const { return m_isWrong; }
    /// Whether anything is filled in, right or wrong.
    [[nodiscard]] bool hasInput() { return value().has_value(); }
    virtual void forgetProblem() { showProblem({}); }
    /// null empties it.
    virtual void fill(const Json &value) = 0;
    /// The widget that takes the focus.
    [[nodiscard]] virtual QWidget *editor() const = 0;

    [[nodiscard]] const QString &name() const { return m_name; }
    [[nodiscard]] const Json &schema() const { return m_schema; }

signals:
    void edited();

protected:
    SchemaField(QString name, Json schema, bool isRequired);

    [[nodiscard]] virtual Value value() = 0;
    /// Puts the editor below the caption. Call once.
    void take(QWidget *editor);
    [[nodiscard]] bool isRequired() const { return m_isRequired; }
    void showProblem(const QString &problem);

private:
    const QString m_name;
    const Json m_schema;
    const bool m_isRequired;
    bool m_isWrong = false;
    QVBoxLayout *m_column;
    QLabel *m_problem;
};

/// A form made from the JSON Schema of an object: a field for each member, required ones first.
/// What has no simpler field is typed as JSON.
class SchemaForm : public QWidget
{
    Q_OBJECT

public:
    explicit SchemaForm(QWidget *parent = nullptr);

    void setSchema(const Json &schema);
    /// Members that the schema does not have are left out.
    void setValues(const Json &values);
    /// The object without the members that were left empty. Nothing when something is wrong, which
    /// is then shown at its field, and the first such field has the focus.
    [[nodiscard]] std::optional<Json> values();
    [[nodiscard]] bool isEmpty() const { return m_fields.empty(); }

signals:
    void edited();

private:
    friend class NestedField;
    /// Without moving the focus. `isWrong` is set when a field is.
    [[nodiscard]] Json collect(bool &isWrong);
    [[nodiscard]] QWidget *firstWrong() const;
    /// Whether anything is filled in, right or wrong.
    [[nodiscard]] bool hasInput();
    void forgetProblems();

    QVBoxLayout *m_column;
    std::vector<SchemaField *> m_fields; ///< children
};

/// "text", "whole number", "list of text", "one of asc, desc"
[[nodiscard]] QString schemaTypeInWords(const Json &schema);

} // namespace flaredeck::ui
