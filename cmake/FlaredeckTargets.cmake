# flaredeck_library(http SOURCES a.cpp … LINK flaredeck_base Qt6::HttpServer)
# makes the static library flaredeck_http.
function(flaredeck_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE" ${ARGN})
    add_library(flaredeck_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(flaredeck_${name} PUBLIC flaredeck_options ${ARG_LINK}
                                            PRIVATE ${ARG_PRIVATE})
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
