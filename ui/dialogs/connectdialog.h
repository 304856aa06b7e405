#pragma once

class QWidget;

namespace flaredeck::service {
struct Snapshot;
}

namespace flaredeck::ui {

/// The address and what to type into well-known clients, each with a copy button.
void showConnectDialog(QWidget *parent, const service::Snapshot &snapshot);

} // namespace flaredeck::ui
