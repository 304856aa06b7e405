// Draws the icon in the sizes of an icon theme: flaredeck-iconfiles SVG THEME ID SIZE … Runs while
// Flaredeck is built, and is not installed.
#include <QDir>
#include <QFileInfo>
#include <QImage>
#include <QPainter>
#include <QString>
#include <QStringList>
#include <QSvgRenderer>

#include <cstdio>

using namespace Qt::StringLiterals;

namespace {

bool draw(QSvgRenderer &drawing, int size, const QString &path)
{
    QImage image(size, size, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    drawing.render(&painter, QRectF(0, 0, size, size));
    painter.end();
    return QDir().mkpath(QFileInfo(path).path()) && image.save(path, "PNG");
}

} // namespace

int main(int argc, char **argv)
{
    QStringList words;
    for (int i = 1; i < argc; ++i)
        words << QString::fromLocal8Bit(argv[i]);
    if (words.size() < 4) {
        std::fputs("usage: flaredeck-iconfiles SVG THEME ID SIZE ...\n", stderr);
        return 2;
    }
    // Drawing needs no display, and so no QGuiApplication.
    QSvgRenderer drawing(words.at(0));
    if (!drawing.isValid()) {
        std::fprintf(stderr, "%s is no SVG\n", qPrintable(words.at(0)));
        return 1;
    }
    for (const QString &word : words.mid(3)) {
        const int size = word.toInt();
        const QString path = u"%1/%2x%2/apps/%3.png"_s.arg(words.at(1)).arg(size).arg(words.at(2));
        if (size < 1 || !draw(drawing, size, path)) {
            std::fprintf(stderr, "%s cannot be written\n", qPrintable(path));
            return 1;
        }
    }
    return 0;
}
