#!/usr/bin/env bash
# An apt repository of the .deb files in FOLDER, one suite for this system's release: make-repo.sh FOLDER
# FLAREDECK_SIGNING_KEY names the key of gpg that signs it; without one it is unsigned, and apt says so.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=$1
# shellcheck source=/dev/null
read -r suite system < <(. /etc/os-release &&
    case $ID in debian) echo "${VERSION_CODENAME:-sid} deb${VERSION_ID:-99}" ;; *) echo "$VERSION_CODENAME $ID$VERSION_ID" ;; esac)
arch=$(dpkg --print-architecture)
version=$(node installers/metadata.mjs version)
repo=$out/apt
pool=pool/$suite
binary=dists/$suite/main/binary-$arch

packages=("$out"/flaredeck*_"$version~${system}_$arch".deb)
[ -e "${packages[0]}" ] || { echo "There are no packages for $suite in $out. Make them first: ./dev package deb" >&2; exit 1; }
mkdir -p "$repo/$pool" "$repo/$binary"
rm -f "$repo/$pool/"*_"$version~${system}_$arch".deb
cp -p "${packages[@]}" "$repo/$pool/"
cd "$repo"
apt-ftparchive packages "$pool" >"$binary/Packages"
gzip -9nc "$binary/Packages" >"$binary/Packages.gz"
rm -f "dists/$suite/Release" "dists/$suite/Release.gpg" "dists/$suite/InRelease"
apt-ftparchive -o "APT::FTPArchive::Release::Origin=Flaredeck" -o "APT::FTPArchive::Release::Label=Flaredeck" \
    -o "APT::FTPArchive::Release::Suite=$suite" -o "APT::FTPArchive::Release::Codename=$suite" \
    -o "APT::FTPArchive::Release::Architectures=$arch" -o "APT::FTPArchive::Release::Components=main" \
    release "dists/$suite" |
    sed "s/^Date: .*/Date: $(date -u -d "@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %H:%M:%S +0000')/" >Release.new
mv Release.new "dists/$suite/Release"
if [ -n "${FLAREDECK_SIGNING_KEY:-}" ]; then
    gpg --batch --yes --local-user "$FLAREDECK_SIGNING_KEY" --clearsign -o "dists/$suite/InRelease" "dists/$suite/Release"
    gpg --batch --yes --local-user "$FLAREDECK_SIGNING_KEY" --armor --detach-sign -o "dists/$suite/Release.gpg" "dists/$suite/Release"
    gpg --batch --yes --export "$FLAREDECK_SIGNING_KEY" >flaredeck-archive-keyring.gpg
else
    echo "The repository is unsigned: FLAREDECK_SIGNING_KEY is not set." >&2
fi
