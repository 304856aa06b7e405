# The files of a Linux desktop, from the templates beside this file.
set(made ${CMAKE_CURRENT_BINARY_DIR}/linux)
set(share ${CMAKE_BINARY_DIR}/share)
set(FLAREDECK_UNIT_DIR lib/systemd/user CACHE STRING "Folder of the user unit, below the prefix")
set(FLAREDECK_ZSH_DIR share/zsh/site-functions CACHE STRING "Folder of completions for zsh, below the prefix")

configure_file(linux/app.desktop.in ${made}/${FLAREDECK_ID}.desktop @ONLY)
configure_file(linux/app.metainfo.xml.in ${made}/${FLAREDECK_ID}.metainfo.xml @ONLY)

set(manuals "")
foreach(program flaredeck flaredeck-core flaredeck-bridge)
    add_custom_command(
        OUTPUT ${made}/${program}.1.gz
        COMMAND sh -c "gzip -9nc '${share}/man/man1/${program}.1' > '${made}/${program}.1.gz'"
        DEPENDS ${share}/man/man1/${program}.1 VERBATIM)
    list(APPEND manuals ${made}/${program}.1.gz)
endforeach()
add_custom_target(manuals ALL DEPENDS ${manuals})
add_dependencies(manuals shellfiles)

# What a shell needs for one program.
function(install_for_shell program component)
    install(FILES ${made}/${program}.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT ${component})
    install(FILES ${share}/bash-completion/completions/${program}
            DESTINATION share/bash-completion/completions COMPONENT ${component})
    install(FILES ${share}/zsh/site-functions/_${program} DESTINATION ${FLAREDECK_ZSH_DIR} COMPONENT ${component})
    install(FILES ${share}/fish/vendor_completions.d/${program}.fish
            DESTINATION share/fish/vendor_completions.d COMPONENT ${component})
endfunction()

install(TARGETS flaredeck-core flaredeck-bridge RUNTIME DESTINATION bin COMPONENT core)
install(TARGETS flaredeck-shared LIBRARY DESTINATION lib/flaredeck COMPONENT core NAMELINK_SKIP)
install(FILES ${origin} DESTINATION share/flaredeck COMPONENT core)
install_for_shell(flaredeck-core core)
install_for_shell(flaredeck-bridge core)
# With the prefix that --install was given, which need not be the configured one, and straight to its
# place: two installations may run at once.
set(unit ${CMAKE_CURRENT_SOURCE_DIR}/linux/flaredeck.service.in)
install(CODE "
    set(FLAREDECK_NAME \"${FLAREDECK_NAME}\")
    set(FLAREDECK_SUMMARY \"${FLAREDECK_SUMMARY}\")
    set(installed \"\${CMAKE_INSTALL_PREFIX}/${FLAREDECK_UNIT_DIR}/flaredeck.service\")
    configure_file(\"${unit}\" \"\$ENV{DESTDIR}\${installed}\" @ONLY NO_SOURCE_PERMISSIONS)
    list(APPEND CMAKE_INSTALL_MANIFEST_FILES \"\${installed}\")" COMPONENT core)

install(TARGETS flaredeck RUNTIME DESTINATION bin COMPONENT window)
install_for_shell(flaredeck window)
install(FILES ${made}/${FLAREDECK_ID}.desktop DESTINATION share/applications COMPONENT window)
install(FILES ${made}/${FLAREDECK_ID}.metainfo.xml DESTINATION share/metainfo COMPONENT window)
foreach(size ${icon_sizes})
    install(FILES ${icons}/${size}x${size}/apps/${FLAREDECK_ID}.png
            DESTINATION share/icons/hicolor/${size}x${size}/apps COMPONENT window)
endforeach()
install(FILES ${drawing} DESTINATION share/icons/hicolor/scalable/apps
        RENAME ${FLAREDECK_ID}.svg COMPONENT window)

# ui/text/loginprogram.cpp looks for it there.
if(FLAREDECK_LOGIN)
    install(TARGETS flaredeck-login RUNTIME DESTINATION libexec/flaredeck COMPONENT login)
endif()
