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

# What only one system knows is in sources of its own, FILE_unix.cpp and FILE_win.cpp.
if(WIN32)
    set(flaredeck_system win)
else()
    set(flaredeck_system unix)
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

# flaredeck_data_of(target objects): each program that links the target has these objects, once.
function(flaredeck_data_of target objects)
    set(isArchive $<STREQUAL:$<TARGET_PROPERTY:TYPE>,STATIC_LIBRARY>)
    set(shares $<BOOL:$<TARGET_PROPERTY:FLAREDECK_SHARES_CORE>>)
    target_sources(${target} INTERFACE $<$<NOT:$<OR:${isArchive},${shares}>>:$<TARGET_OBJECTS:${objects}>>)
endfunction()

# flaredeck_share_core(program): takes what flaredeck_app consists of from one library, libflaredeck.so, that
# all programs of an installation share. See docs/decisions.md.
function(flaredeck_share_core program)
    if(NOT CMAKE_SYSTEM_NAME STREQUAL "Linux" OR FLAREDECK_SANITIZE OR FLAREDECK_FUZZ)
        return()
    endif()
    if(NOT TARGET flaredeck-shared)
        file(WRITE ${CMAKE_BINARY_DIR}/shared.cpp "")
        add_library(flaredeck-shared SHARED ${CMAKE_BINARY_DIR}/shared.cpp)
        set_target_properties(flaredeck-shared PROPERTIES
            OUTPUT_NAME flaredeck AUTOMOC OFF LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
        set(whole "")
        foreach(part app text service connect oauth cloudflare tools mcp rpc provider store sandbox http base)
            list(APPEND whole $<TARGET_FILE:flaredeck_${part}>)
        endforeach()
        target_link_options(flaredeck-shared PRIVATE
            LINKER:-Bsymbolic-functions LINKER:--whole-archive ${whole} LINKER:--no-whole-archive)
        target_link_libraries(flaredeck-shared PRIVATE flaredeck_app)
    endif()
    # Before the archives, of which the linker then takes only what the library lacks.
    target_link_options(${program} PRIVATE
        LINKER:--push-state,--no-as-needed $<TARGET_FILE:flaredeck-shared> LINKER:--pop-state)
    add_dependencies(${program} flaredeck-shared)
    set_target_properties(${program} PROPERTIES
        FLAREDECK_SHARES_CORE ON
        BUILD_RPATH ${CMAKE_BINARY_DIR}/lib INSTALL_RPATH "$ORIGIN/../lib/flaredeck"
        LINK_DEPENDS $<TARGET_FILE:flaredeck-shared>)
endfunction()

# For what only tests use: a target of compiled test code.
function(flaredeck_test_code target)
    target_compile_options(${target} PRIVATE ${flaredeck_test_options})
    flaredeck_use_precompiled(${target} flaredeck_test_pch)
endfunction()

# What the preset `tsan` builds: the programs with tests whose code crosses threads.
add_custom_target(threads)

# flaredeck_test_program(http_tests LINK flaredeck_http [WIDGETS] [SOURCES fake.h …])
# declares the test program of the current folder. Its tests come from flaredeck_tests.
function(flaredeck_test_program program)
    cmake_parse_arguments(ARG "WIDGETS" "" "SOURCES;LINK" ${ARGN})
    add_executable(${program} ${CMAKE_SOURCE_DIR}/tests/support/testmain.cpp ${ARG_SOURCES})
    target_link_libraries(${program} PRIVATE ${ARG_LINK} flaredeck_data Qt6::Test)
    if(ARG_WIDGETS)
        target_compile_definitions(${program} PRIVATE FLAREDECK_TEST_WIDGETS)
        target_link_libraries(${program} PRIVATE Qt6::Widgets)
    endif()
    flaredeck_test_code(${program})
    set_target_properties(${program} PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()

# flaredeck_tests(http_tests tst_router tst_hostgate … [LABEL protocol threads] [TIMEOUT s])
# adds tst_router.cpp … to the program and registers each as a test of its own, in a process of its
# own. LABEL is unit, protocol, ui or e2e, and threads besides when the code under test runs on more
# than one.
function(flaredeck_tests program)
    cmake_parse_arguments(ARG "" "TIMEOUT" "LABEL" ${ARGN})
    if(NOT ARG_LABEL)
        set(ARG_LABEL unit)
    endif()
    if(NOT ARG_TIMEOUT)
        set(ARG_TIMEOUT 120)
    endif()
    foreach(name ${ARG_UNPARSED_ARGUMENTS})
        target_sources(${program} PRIVATE ${name}.cpp)
        add_test(NAME ${name} COMMAND ${program} ${name})
        set_tests_properties(${name} PROPERTIES
            LABELS "${ARG_LABEL}" TIMEOUT ${ARG_TIMEOUT}
            ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
    endforeach()
    if("threads" IN_LIST ARG_LABEL)
        add_dependencies(threads ${program})
        if(FLAREDECK_SANITIZE STREQUAL "thread")
            target_link_libraries(${program} PRIVATE flaredeck_tsanqt)
        endif()
    endif()
endfunction()
