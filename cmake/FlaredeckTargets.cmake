# Most of a compilation is reading the same few headers: one precompiled set serves what ships, one
# the tests.
function(flaredeck_precompile set) # [flag …]
    if(NOT FLAREDECK_PCH)
        return()
    endif()
    if(NOT EXISTS ${CMAKE_BINARY_DIR}/${set}.cpp) # writing it again would compile it again
        file(WRITE ${CMAKE_BINARY_DIR}/${set}.cpp "")
    endif()
    add_library(${set} OBJECT ${CMAKE_BINARY_DIR}/${set}.cpp)
    target_link_libraries(${set} PRIVATE flaredeck_options Qt6::Core QCoro6::Core
                                         nlohmann_json::nlohmann_json)
    target_compile_options(${set} PRIVATE -fPIC ${ARGN})
    target_precompile_headers(${set} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled.h)
    # Not from ccache; see docs/decisions.md.
    set_target_properties(${set} PROPERTIES AUTOMOC OFF UNITY_BUILD OFF CXX_COMPILER_LAUNCHER "")
endfunction()

function(flaredeck_use_precompiled target set)
    if(FLAREDECK_PCH)
        target_precompile_headers(${target} REUSE_FROM ${set})
        # Executables would be compiled with -fPIE, which does not fit.
        target_compile_options(${target} PRIVATE -fPIC)
    endif()
endfunction()

flaredeck_precompile(flaredeck_pch)
if(FLAREDECK_TESTS)
    # Compiling test code takes longer than running it, so it is not optimised, and a failure says
    # its line without a debugger.
    set(flaredeck_test_options -O0 $<$<CONFIG:RelWithDebInfo>:-g0>)
    flaredeck_precompile(flaredeck_test_pch ${flaredeck_test_options})
endif()

# flaredeck_library(http SOURCES a.cpp … LINK flaredeck_base Qt6::Network)
# makes the static library flaredeck_http.
function(flaredeck_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
    add_library(flaredeck_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(flaredeck_${name} PUBLIC flaredeck_options ${ARG_LINK}
                                            PRIVATE ${ARG_PRIVATE})
    flaredeck_use_precompiled(flaredeck_${name} flaredeck_pch)
endfunction()

# For what only tests use: a target of compiled test code.
function(flaredeck_test_code target)
    target_compile_options(${target} PRIVATE ${flaredeck_test_options})
    flaredeck_use_precompiled(${target} flaredeck_test_pch)
    # Next to nothing in it, as a test's classes are in its own file.
    set_source_files_properties(${CMAKE_CURRENT_BINARY_DIR}/${target}_autogen/mocs_compilation.cpp
        PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# What the preset `tsan` builds: the tests whose code crosses threads.
add_custom_target(threads)

function(flaredeck_moc target source output)
    qt6_generate_moc(${source} ${output} TARGET ${target})
    target_sources(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/${output})
    target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR})
endfunction()

# flaredeck_test(tst_router LINK flaredeck_http LABEL unit [SOURCES more.cpp] [MOC more.h] [TIMEOUT s])
# builds tst_router.cpp of the current folder and registers it. MOC names headers with Q_OBJECT.
# LABEL is unit, protocol, ui or e2e, and threads besides when the code under test runs on more than
# one.
function(flaredeck_test name)
    cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;MOC;LINK;LABEL" ${ARGN})
    if(NOT ARG_LABEL)
        set(ARG_LABEL unit)
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    add_executable(${name} ${name}.cpp ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_LINK} flaredeck_data Qt6::Test)
    flaredeck_test_code(${name})
    # Not AUTOMOC, which compiles a file of its own for each target: with one target for each test
    # that was a third of the whole build.
    set_target_properties(${name} PROPERTIES AUTOMOC OFF UNITY_BUILD OFF
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    flaredeck_moc(${name} ${name}.cpp ${name}.moc)
    foreach(header ${ARG_MOC})
        get_filename_component(stem ${header} NAME_WE)
        flaredeck_moc(${name} ${header} ${name}_${stem}.cpp)
    endforeach()
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES
        LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
    if("threads" IN_LIST ARG_LABEL)
        add_dependencies(threads ${name})
        if(FLAREDECK_SANITIZE STREQUAL "thread")
            target_sources(${name} PRIVATE $<TARGET_OBJECTS:flaredeck_tsanqt>)
        endif()
    endif()
endfunction()
