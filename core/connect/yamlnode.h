#pragma once

#include "core/connect/configtext.h"

#include <optional>
#include <string>
#include <vector>

namespace flaredeck::connect {

/// libyaml counts characters, not bytes.
class ByteOffsets
{
public:
    explicit ByteOffsets(const QByteArray &file);
    [[nodiscard]] qsizetype at(std::size_t character) const;

private:
    static constexpr std::size_t kStep = 64;

    [[nodiscard]] bool isContinued(qsizetype i) const
    {
        return (static_cast<unsigned char>(m_file[i]) & 0xc0U) == 0x80U;
    }

    const QByteArray &m_file;
    std::vector<qsizetype> m_known; ///< of every kStep-th character
};

/// An event of any kind of node.
struct YamlNode {
    enum class Kind { Scalar, Alias, Table, List };

    Kind kind = Kind::Scalar;
    qsizetype begin = 0;
    qsizetype end = 0;
    std::string text; ///< of an alias with a star
    QByteArray tag;
    QByteArray anchor;
    bool isPlain = false;
    bool isFlow = false;
    bool isBlockText = false;
};

/// The value of a scalar by the core schema of YAML 1.2 §10.3.2.
[[nodiscard]] Entry resolved(const YamlNode &node);

/// libyaml ends lines at more than LF and CRLF, as YAML 1.1 does, but YAML 1.2 and editors do not.
[[nodiscard]] std::optional<qsizetype> findOddLineBreak(const QByteArray &file);

} // namespace flaredeck::connect
