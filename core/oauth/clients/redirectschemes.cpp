#include "core/oauth/clients/redirectschemes.h"

#include <QHash>
#include <QStringList>

#include <algorithm>
#include <array>

namespace flaredeck::oauth::redirectschemes {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Kind {
    const char *objection;
    const char *schemes; ///< separated by spaces
};

// IANA's registry of URI schemes by what a desktop does with them, and what is in use besides. What
// is in no list may be the link of an application (RFC 8252 §7.1).
constexpr std::array kKinds{
    Kind{"runs code or reads files",
         "javascript data vbscript livescript file blob about filesystem view-source jar content "
         "resource res mhtml mk its cid mid wyciwyg intent android-app search search-ms shortcuts "
         "workflow automator applescript osascript x-man-page x-terminal terminal cmd powershell "
         "pwsh bash sh shell devtools browserext extension"},
    // Files and terminals, mail and news, talk, calendars and feeds, media, sharing, sources of
    // programs, data, printers, other webs.
    Kind{"leads to other computers",
         "ws wss ftp ftps sftp ftpes tftp fish scp ssh sshfs rsh rlogin telnet telnets tn3270 rdp "
         "ms-rd vnc spice nx ica x3270 teamviewer anydesk rustdesk smb smb2 cifs afp afs nfs nfs4 "
         "ncp webdav webdavs dav davs rsync gdrive gsftp onedrive s3 gs "
         "mailto mailserver smtp smtps submit imap imaps pop pop3 pops pop3s sieve managesieve "
         "news nntp nntps snews "
         "tel sms smsto mms mmsto callto fax facetime facetime-audio sip sips h323 iax iax2 skype "
         "xmpp jabber im pres irc ircs irc6 aim icq gg gtalk ymsgr msnim matrix msrp msrps mumble "
         "teamspeak ts3server ventrilo zoommtg zoomus msteams tg whatsapp viber weixin wechat line "
         "sgnl "
         "webcal webcals caldav caldavs carddav carddavs feed feeds feedready rss itpc pcast "
         "podcast "
         "rtsp rtsps rtspu rtsph rtp srtp srt rtmp rtmps rtmpe rtmpt rtmpte rtmfp mmsh mmst mmsu "
         "icy sdp udp tcp dlna-playsingle dlna-playcontainer cast casts dvb vlc vlc-x-callback "
         "mpv iina potplayer "
         "magnet bittorrent bt ed2k dchub adc adcs ipfs ipns ipld hyper dat ssb lbry freenet "
         "git svn cvs hg bzr github-windows github-mac x-github-client sourcetree "
         "ldap ldaps ldapi gopher gophers gemini titan spartan finger whois dict wais z39.50 "
         "z39.50r z39.50s dns snmp netconf iris iris.beep iris.lwz iris.xpc iris.xpcs soap.beep "
         "soap.beeps xmlrpc.beep xmlrpc.beeps coap coaps mqtt mqtts amqp amqps stomp nats jms rmi "
         "corba iiop mongodb redis rediss mysql mariadb postgres postgresql jdbc odbc sqlserver "
         "oracle memcached stun stuns turn turns quic-transport tip mupdate mtqp acap icap "
         "ipp ipps lpd lpr printer http1 shttp hxxp hxxps dhttp httpu httpmu httpg "
         "firefox firefox-private googlechrome googlechromes microsoft-edge microsoft-edge-holo "
         "safari brave vivaldi opera onion tor "
         "bitcoin bitcoincash litecoin dogecoin ethereum monero lightning lnurl payto upi taler "
         "starknet simpleledger"},
    Kind{"starts or installs programs",
         "steam steamlink apt apturl apt-get appstream snap flatpak flatpakref zypp ymp pacman dnf "
         "yum brew choco winget appinstaller pamac jnlp jnlps javaws clickonce market "
         "macappstore macappstores itms itmss itms-apps itms-appss itms-services itms-books "
         "com.epicgames.launcher com.epicgames.eos epic origin origin2 link2ea uplay ubisoft "
         "battlenet blizzard goggalaxy itch lutris heroic bottles roblox roblox-player "
         "roblox-studio minecraft nxm soldat unreal ut2004 xfire "
         "hcp help ghelp man info admin trash recent computer network burn cdda archive mtp "
         "gphoto2 afc obex bluetooth calculator onenote onenote-cmd ldm-open "
         "openvpn wifi otpauth otpauth-migration systemsettings settings systempreferences "
         "prefs app-prefs"},
};
constexpr std::array kForbiddenStarts{
    "chrome"_L1,  "edge"_L1,       "ms-"_L1,        "x-apple"_L1,    "moz-"_L1,
    "safari-"_L1, "microsoft."_L1, "com.apple."_L1, "x-nautilus"_L1, "x-scheme"_L1};

const QHash<QString, QString> &objections()
{
    static const QHash<QString, QString> byScheme = [] {
        QHash<QString, QString> all;
        for (const Kind &kind : kKinds) {
            for (const QString &scheme : QString::fromLatin1(kind.schemes).split(u' '))
                all.insert(scheme, QString::fromLatin1(kind.objection));
        }
        return all;
    }();
    return byScheme;
}

} // namespace

QString objectionTo(const QString &scheme)
{
    if (const QString known = objections().value(scheme); !known.isEmpty())
        return known;
    if (std::any_of(kForbiddenStarts.begin(), kForbiddenStarts.end(),
                    [&scheme](QLatin1String start) { return scheme.startsWith(start); }))
        return u"drives the system or the browser"_s;
    if (!scheme.contains(u'+'))
        return {};
    // One protocol over another (svn+ssh, coap+tcp), or a site or an extension that has put itself
    // down for the scheme in a browser (web+x, ext+x: HTML §8.9.1.1).
    for (const QString &part : scheme.split(u'+')) {
        if (part == "web"_L1 || part == "ext"_L1 || part == "http"_L1 || part == "https"_L1 ||
            part == "tls"_L1 || part == "ssl"_L1 || part == "unix"_L1)
            return u"leads to other computers"_s;
        if (const QString known = objections().value(part); !known.isEmpty())
            return known;
    }
    return {};
}

} // namespace flaredeck::oauth::redirectschemes
