#pragma once

#include <QByteArray>

namespace flaredeck::conformance {

/// A red pixel.
inline QByteArray samplePng()
{
    return QByteArray::fromBase64(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHw"
        "AFBQIAX8jx0gAAAABJRU5ErkJggg==");
}

/// No sound at all, in a valid file.
inline QByteArray sampleWav()
{
    return QByteArray::fromBase64("UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=");
}

} // namespace flaredeck::conformance
