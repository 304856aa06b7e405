#pragma once

#include <QString>

class QWidget;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui::addressquestion {

/// The server has another address now: offers to tell it to the clients into whose configuration
/// Flaredeck wrote the former one. Asks nothing when there is none.
void ask(QWidget *parent, service::CommandQueue &commands, const QString &address);

} // namespace flaredeck::ui::addressquestion
