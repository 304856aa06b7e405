# A folder of programs, as `cmake --install` makes it; windeployqt adds Qt, and CPackConfig.cmake makes the installer.
# Unproven: built on no Windows.
set(ico ${CMAKE_CURRENT_BINARY_DIR}/windows/flaredeck.ico)
set(pictures "")
foreach(size 16 24 32 48 64 256)
    list(APPEND pictures ${icons}/${size}x${size}/apps/${FLAREDECK_ID}.png)
endforeach()
find_program(NODE node REQUIRED)
add_custom_command(
    OUTPUT ${ico}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/windows
    COMMAND ${NODE} ${CMAKE_CURRENT_SOURCE_DIR}/windows/ico.mjs ${ico} ${pictures}
    DEPENDS ${icon_files} windows/ico.mjs)
add_custom_target(ico ALL DEPENDS ${ico})

# Icon and version of each program.
foreach(program flaredeck flaredeck-core flaredeck-bridge flaredeck-login)
    if(NOT TARGET ${program})
        continue()
    endif()
    set(PROGRAM ${program})
    string(REPLACE "." "," VERSION_NUMBERS ${PROJECT_VERSION})
    set(ICO ${ico})
    configure_file(windows/program.rc.in ${CMAKE_CURRENT_BINARY_DIR}/windows/${program}.rc @ONLY)
    target_sources(${program} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/windows/${program}.rc)
    add_dependencies(${program} ico)
endforeach()

# A window of its own would stand behind Flaredeck's. The bridge and flaredeck-core speak on standard streams.
set_target_properties(flaredeck PROPERTIES WIN32_EXECUTABLE ON)
file(READ ${origin} text)
string(REPLACE "\"source\"" "\"setup\"" text "${text}")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/origin.json "${text}")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/origin.json DESTINATION share/flaredeck COMPONENT core)
install(TARGETS flaredeck-core flaredeck-bridge RUNTIME DESTINATION bin COMPONENT core)
install(TARGETS flaredeck RUNTIME DESTINATION bin COMPONENT window)
if(FLAREDECK_LOGIN)
    set_target_properties(flaredeck-login PROPERTIES WIN32_EXECUTABLE ON)
    install(TARGETS flaredeck-login RUNTIME DESTINATION bin COMPONENT login)
endif()
