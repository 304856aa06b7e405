# One interface target that everything links: warnings, Qt's strictness switches, sanitizers.

add_library(flaredeck_options INTERFACE)
if(MSVC)
    # Sources are UTF-8; the last one lets Qt see which C++ this is. Unproven: built on no Windows.
    target_compile_options(flaredeck_options INTERFACE /W4 /WX /utf-8 /bigobj /permissive- /Zc:__cplusplus)
else()
    target_compile_options(flaredeck_options INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
endif()
if(WIN32)
    target_compile_definitions(flaredeck_options INTERFACE WIN32_LEAN_AND_MEAN NOMINMAX _WIN32_WINNT=0x0A00)
endif()
target_compile_definitions(flaredeck_options INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING
    QT_DISABLE_DEPRECATED_BEFORE=0x060400
    FLAREDECK_VERSION="${PROJECT_VERSION}")
target_include_directories(flaredeck_options INTERFACE ${CMAKE_SOURCE_DIR})
target_include_directories(flaredeck_options SYSTEM INTERFACE
    ${TLEXPECTED_INCLUDE_DIR} ${VALIJSON_INCLUDE_DIR})

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    if(CMAKE_UNITY_BUILD)
        # GCC says it of every anonymous namespace in a source that another one includes.
        target_compile_options(flaredeck_options INTERFACE -Wno-subobject-linkage)
    endif()
    if(FLAREDECK_SANITIZE)
        # GCC sees uninitialised values in instrumented std::optional and std::regex where there are
        # none.
        target_compile_options(flaredeck_options INTERFACE -Wno-maybe-uninitialized)
    endif()
endif()
if(FLAREDECK_SANITIZE)
    target_compile_options(flaredeck_options INTERFACE
        -fsanitize=${FLAREDECK_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(flaredeck_options INTERFACE -fsanitize=${FLAREDECK_SANITIZE})
endif()
if(FLAREDECK_FUZZ)
    target_compile_options(flaredeck_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
