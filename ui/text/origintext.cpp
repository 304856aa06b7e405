#include "ui/text/origintext.h"

#include <QCoreApplication>

namespace flaredeck::ui::origintext {

using Kind = Origin::Kind;

namespace {

struct OriginTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::origintext)
};

constexpr qsizetype kShortCommit = 12;

} // namespace

QString kind(const Origin &origin)
{
    switch (origin.kind) {
    case Kind::Source:
        return OriginTexts::tr("built from source");
    case Kind::Deb:
        return OriginTexts::tr("Debian package");
    case Kind::Tarball:
        return OriginTexts::tr("tarball");
    case Kind::AppImage:
        return OriginTexts::tr("AppImage");
    case Kind::Dmg:
        return OriginTexts::tr("disk image");
    case Kind::Setup:
        return OriginTexts::tr("installer");
    case Kind::Unknown:
        break;
    }
    return OriginTexts::tr("not known");
}

QString build(const Origin &origin)
{
    const QString commit = origin.commit.left(kShortCommit);
    return commit.isEmpty() ? origin.date
                            : OriginTexts::tr("%1, of %2", "commit, date").arg(commit, origin.date);
}

QString howToRemove(const Origin &origin)
{
    switch (origin.kind) {
    case Kind::Deb:
        return OriginTexts::tr("The programs stay: apt remove flaredeck flaredeck-core takes them "
                               "away.");
    case Kind::Tarball:
        return OriginTexts::tr("The programs stay, and the start at login if you chose it: "
                               "install.sh --uninstall takes them away.");
    case Kind::AppImage:
        return OriginTexts::tr("The program stays: remove the AppImage, and what it unpacked to "
                               "~/.local/lib.");
    case Kind::Dmg:
    case Kind::Setup:
    case Kind::Source:
    case Kind::Unknown:
        break;
    }
    return OriginTexts::tr("The programs stay where they were installed.");
}

QString howToUpdate(const Origin &origin)
{
    switch (origin.kind) {
    case Kind::Deb:
        return OriginTexts::tr("Get it with apt update and apt upgrade, or as a package from the "
                               "project's page.");
    case Kind::Tarball:
        return OriginTexts::tr("Get the new tarball and run its install.sh --user.");
    case Kind::AppImage:
        return OriginTexts::tr("Get the new AppImage.");
    case Kind::Dmg:
    case Kind::Setup:
        return OriginTexts::tr("Get the new installer.");
    case Kind::Source:
    case Kind::Unknown:
        break;
    }
    return OriginTexts::tr("Get the new source and build it.");
}

} // namespace flaredeck::ui::origintext
