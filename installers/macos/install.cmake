# Flaredeck.app, as `cmake --install` makes it; deploy.sh adds Qt. All programs are in one bundle, so that they have one
# signature. Unproven: built on no Mac.
set(bundle ${FLAREDECK_NAME}.app/Contents)
if(NOT CMAKE_OSX_DEPLOYMENT_TARGET)
    set(CMAKE_OSX_DEPLOYMENT_TARGET 12.0)
endif()
configure_file(macos/Info.plist.in ${CMAKE_CURRENT_BINARY_DIR}/macos/Info.plist @ONLY)

set(iconset ${CMAKE_CURRENT_BINARY_DIR}/macos/flaredeck.iconset)
set(icns ${CMAKE_CURRENT_BINARY_DIR}/macos/flaredeck.icns)
set(copies "")
foreach(size 16 32 128 256 512)
    list(APPEND copies COMMAND ${CMAKE_COMMAND} -E copy
         ${icons}/${size}x${size}/apps/${FLAREDECK_ID}.png ${iconset}/icon_${size}x${size}.png)
endforeach()
add_custom_command(
    OUTPUT ${icns}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${iconset}
    ${copies}
    COMMAND iconutil --convert icns --output ${icns} ${iconset}
    DEPENDS ${icon_files})
add_custom_target(icns ALL DEPENDS ${icns})

install(FILES ${CMAKE_CURRENT_BINARY_DIR}/macos/Info.plist DESTINATION ${bundle} COMPONENT window)
install(FILES ${icns} DESTINATION ${bundle}/Resources COMPONENT window)
install(TARGETS flaredeck RUNTIME DESTINATION ${bundle}/MacOS COMPONENT window)
file(READ ${origin} text)
string(REPLACE "\"source\"" "\"dmg\"" text "${text}")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/origin.json "${text}")
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/origin.json DESTINATION ${bundle}/Resources COMPONENT core)
install(TARGETS flaredeck-core flaredeck-bridge RUNTIME DESTINATION ${bundle}/MacOS COMPONENT core)
if(FLAREDECK_LOGIN)
    install(TARGETS flaredeck-login RUNTIME DESTINATION ${bundle}/MacOS COMPONENT login)
endif()
