#pragma once

#include <QByteArray>
#include <QString>

/// The fixed credentials that the stand-in knows. They open nothing but the stand-in.
namespace flaredeck::sandbox::democredentials {

inline const QString kPublicClientId = QStringLiteral("c1a7f0d2e3b44c5596a8b7c6d5e4f301");
inline const QString kConfidentialClientId = QStringLiteral("d2b8a1e3f4c55d66a7b9c8d7e6f50412");
inline const QByteArray kConfidentialClientSecret =
    QByteArrayLiteral("sandbox-secret-nothing-behind-it");
inline const QByteArray kApiToken = QByteArrayLiteral("cfut_sandbox_demo_token_nothing_behind_it");

} // namespace flaredeck::sandbox::democredentials
