#pragma once

#include "core/base/json.h"

#include <QTest>

/// QCOMPARE for JSON: nlohmann's implicit conversions make QCOMPARE's own overloads ambiguous.
#define COMPARE_JSON(actual, expected)                                                             \
    QCOMPARE(flaredeck::json::print(actual), flaredeck::json::print(expected))
