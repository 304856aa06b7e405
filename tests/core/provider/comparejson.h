#pragma once

#include "core/base/json.h"

#include <QTest>

/// QCOMPARE for JSON, which it cannot take itself: nlohmann's implicit conversions confuse its
/// overloads.
#define COMPARE_JSON(actual, expected)                                                             \
    QCOMPARE(flaredeck::json::print(actual), flaredeck::json::print(expected))
