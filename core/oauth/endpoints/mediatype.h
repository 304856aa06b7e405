#pragma once

#include "core/http/httpmessage.h"

#include <algorithm>

namespace flaredeck::oauth {

/// The body is of this type; parameters such as charset do not matter (RFC 9110 §8.3.1).
[[nodiscard]] inline bool hasMediaType(const http::Request &request, QByteArrayView type)
{
    const QByteArray value = request.headers.value("Content-Type");
    const qsizetype parameters = value.indexOf(';');
    const QByteArray bare = parameters < 0 ? value : value.first(parameters);
    return bare.trimmed().compare(type, Qt::CaseInsensitive) == 0;
}

} // namespace flaredeck::oauth
