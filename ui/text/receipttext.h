#pragma once

#include "core/service/receipt.h"

#include <QString>

/// What became of access that was taken back, in words.
namespace flaredeck::ui::receipttext {

/// One paragraph; empty when there is nothing to tell.
[[nodiscard]] QString sentence(const service::Receipt &receipt);
/// Something of it could not be done, and a person has to do it.
[[nodiscard]] bool hasProblem(const service::Receipt &receipt);

} // namespace flaredeck::ui::receipttext
