#include "core/providers/cloudflare/addtool.h"

#include <QLocale>

#include <cmath>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {
/// Above it JavaScript, in which the clients are written, prints exponents, too.
constexpr double kPlainBelow = 1e21;
} // namespace

Task<Result<mcp::ToolResult>> AddTool::run(tools::InvocationPtr call) const
{
    const Result<QString> text = sum(call->arguments.at("a"), call->arguments.at("b"));
    if (!text)
        co_return fail(text.error());
    mcp::ToolResult result = mcp::ToolResult::text(*text);
    result.structured = Json{{"result", Json::parse(text->toStdString())}};
    co_return result;
}

Result<QString> AddTool::sum(const Json &a, const Json &b)
{
    qint64 whole = 0;
    // Beyond 64 bits nlohmann/json reads an unsigned or a floating-point number.
    const auto fits = [](const Json &value) {
        return value.is_number_integer() &&
               (!value.is_number_unsigned() ||
                value.get<quint64>() <= quint64(std::numeric_limits<qint64>::max()));
    };
    if (fits(a) && fits(b) && !__builtin_add_overflow(a.get<qint64>(), b.get<qint64>(), &whole))
        return QString::number(whole);

    const double total = a.get<double>() + b.get<double>();
    if (!std::isfinite(total)) {
        return fail(Error::Kind::InvalidInput, u"The sum is too large."_s,
                    u"Use smaller numbers."_s);
    }
    if (std::trunc(total) == total && std::abs(total) < kPlainBelow)
        return QString::number(total, 'f', 0);
    return QString::number(total, 'g', QLocale::FloatingPointShortest);
}

} // namespace flaredeck::cloudflare
