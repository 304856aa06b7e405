#include "core/providers/cloudflare/lzstring.h"

#include <QHash>

namespace flaredeck::cloudflare {

namespace {

/// Codes that stand for no phrase: a new character of 8 or 16 bits follows, and the end.
enum Special { kNew8 = 0, kNew16 = 1, kEnd = 2, kFirstPhrase = 3 };

/// Packs numbers, lowest bit first, into characters of six bits, highest bit first.
class Bits
{
public:
    void write(quint32 value, int count)
    {
        for (; count > 0; --count, value >>= 1U)
            push(value & 1U);
    }

    /// Fills the last character up; there always is one, even where it holds nothing.
    [[nodiscard]] QByteArray finish()
    {
        do
            push(0);
        while (m_filled != 0);
        return m_text;
    }

private:
    void push(quint32 bit)
    {
        static const char kAlphabet[] =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-$";
        m_value = m_value << 1U | bit;
        if (++m_filled < 6)
            return;
        m_text.append(kAlphabet[m_value]);
        m_value = 0;
        m_filled = 0;
    }

    QByteArray m_text;
    quint32 m_value = 0;
    int m_filled = 0;
};

/// LZ78 over UTF-16 code units, with codes that get longer as the dictionary grows.
class Compressor
{
public:
    QByteArray run(QStringView text)
    {
        for (const QChar c : text) {
            if (!m_characters.contains(c)) {
                m_characters.insert(c, m_nextPhrase++);
                m_unseen.insert(m_characters.value(c), c);
            }
            const quint32 single = m_characters.value(c);
            if (m_phrase == kNone) {
                m_phrase = single;
                continue;
            }
            const quint64 longer = quint64(m_phrase) << 16U | c.unicode();
            if (const auto known = m_phrases.constFind(longer); known != m_phrases.cend()) {
                m_phrase = *known;
                continue;
            }
            emitPhrase();
            m_phrases.insert(longer, m_nextPhrase++);
            m_phrase = single;
        }
        if (m_phrase != kNone)
            emitPhrase();
        m_bits.write(kEnd, m_width);
        return m_bits.finish();
    }

private:
    void emitPhrase()
    {
        if (const auto unseen = m_unseen.constFind(m_phrase); unseen != m_unseen.cend()) {
            const char16_t unit = unseen->unicode();
            const bool isShort = unit < 256;
            m_bits.write(isShort ? kNew8 : kNew16, m_width);
            m_bits.write(unit, isShort ? 8 : 16);
            m_unseen.erase(unseen);
            countCode();
        } else {
            m_bits.write(m_phrase, m_width);
        }
        countCode();
    }

    /// The reader's dictionary has grown by one, too.
    void countCode()
    {
        if (--m_untilWider == 0) {
            m_untilWider = 1U << unsigned(m_width);
            ++m_width;
        }
    }

    static constexpr quint32 kNone = 0;

    Bits m_bits;
    QHash<QChar, quint32> m_characters; ///< characters met, and their codes
    QHash<quint32, QChar> m_unseen;     ///< those that the reader does not know yet
    QHash<quint64, quint32> m_phrases;  ///< code of a phrase and one more character to code
    quint32 m_nextPhrase = kFirstPhrase;
    quint32 m_phrase = kNone; ///< the longest known phrase at this place
    quint32 m_untilWider = 2;
    int m_width = 2;
};

} // namespace

QByteArray lzCompressed(QStringView text)
{
    return Compressor().run(text);
}

} // namespace flaredeck::cloudflare
