#include "core/base/ziparchive.h"
#include "tests/fuzz/fuzztarget.h"

using namespace flaredeck;

/// Any bytes as an archive of which every file is read.
FUZZ_TARGET(zip)
{
    constexpr qsizetype kMost = 4096;
    const auto archive = ZipArchive::open(input);
    if (!archive) {
        MUST(archive.error().kind == Error::Kind::Upstream && !archive.error().message.isEmpty());
        return;
    }
    const QStringList files = archive->files();
    MUST(files.size() <= ZipArchive::kMostEntries);
    for (const QString &path : files) {
        MUST(!path.endsWith(QLatin1Char('/')));
        const auto content = archive->read(path, kMost);
        MUST(!content || content->size() <= kMost);
    }
}
