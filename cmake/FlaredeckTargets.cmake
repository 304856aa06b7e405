# Most of a compilation is reading the same few headers; one precompiled set serves every target.
function(flaredeck_precompiled target)
    if(FLAREDECK_PCH)
        target_precompile_headers(${target} REUSE_FROM flaredeck_pch)
        # Executables would be compiled with -fPIE, which does not fit.
        target_compile_options(${target} PRIVATE -fPIC)
    endif()
endfunction()

if(FLAREDECK_PCH)
    if(NOT EXISTS ${CMAKE_BINARY_DIR}/pch.cpp) # writing it again would compile it again
        file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
    endif()
    add_library(flaredeck_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cpp)
    target_link_libraries(flaredeck_pch PRIVATE flaredeck_options Qt6::Core QCoro6::Core
                                                nlohmann_json::nlohmann_json)
    target_compile_options(flaredeck_pch PRIVATE -fPIC)
    target_precompile_headers(flaredeck_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
    set_target_properties(flaredeck_pch PROPERTIES AUTOMOC OFF)
endif()

# flaredeck_library(http SOURCES a.cpp … LINK flaredeck_base Qt6::HttpServer)
# makes the static library flaredeck_http.
function(flaredeck_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
    add_library(flaredeck_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(flaredeck_${name} PUBLIC flaredeck_options ${ARG_LINK}
                                            PRIVATE ${ARG_PRIVATE})
    flaredeck_precompiled(flaredeck_${name})
endfunction()

# flaredeck_test(tst_router LINK flaredeck_http LABEL unit [SOURCES more.cpp] [DBUS] [TIMEOUT s])
# builds tst_router.cpp of the current folder and registers it. LABEL is unit, protocol, ui or e2e.
# DBUS runs it on a private D-Bus session.
function(flaredeck_test name)
    cmake_parse_arguments(ARG "DBUS" "LABEL;TIMEOUT" "SOURCES;LINK" ${ARGN})
    if(NOT ARG_LABEL)
        set(ARG_LABEL unit)
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_executable(${name} ${name}.cpp ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_LINK} Qt6::Test)
    flaredeck_precompiled(${name})
    # GCC 12 sees uninitialised values in optimised tl::expected and std::optional where there are none.
    target_compile_options(${name} PRIVATE -Wno-error=maybe-uninitialized)
    set_target_properties(${name} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    if(ARG_DBUS)
        add_test(NAME ${name} COMMAND dbus-run-session -- $<TARGET_FILE:${name}>)
    else()
        add_test(NAME ${name} COMMAND ${name})
    endif()
    set_tests_properties(${name} PROPERTIES
        LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()
