# What every package says of Flaredeck, from installers/metadata.json. A change of the file configures again.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/installers/metadata.json)
file(READ ${CMAKE_SOURCE_DIR}/installers/metadata.json metadata)
foreach(key name package id summary license scheme)
    string(TOUPPER FLAREDECK_${key} variable)
    string(JSON ${variable} GET "${metadata}" ${key})
endforeach()
