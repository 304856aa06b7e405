#pragma once

#include "core/service/receipt.h"

#include <QString>

/// The receipt of a revocation in words.
namespace flaredeck::ui::receipttext {

/// One paragraph; empty when there is nothing to report.
[[nodiscard]] QString sentence(const service::Receipt &receipt);
/// Part of the revocation failed, and a person has to do it.
[[nodiscard]] bool hasProblem(const service::Receipt &receipt);

} // namespace flaredeck::ui::receipttext
