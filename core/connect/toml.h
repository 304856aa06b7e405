#pragma once

// toml++ with the same settings wherever it is included. The package's compiled library has
// exceptions, so the header is used alone.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_MAX_NESTED_VALUES 64

// Version 3.3 asserts what a malformed file may violate ("[[["), and then reports it as an error.
// With NDEBUG it would tell the compiler to rely on it.
#define TOML_ASSERT(expr) static_assert(true)
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")
