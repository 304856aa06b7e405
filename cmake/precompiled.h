// What nearly every file of core/ includes. See FLAREDECK_PCH.
#include "core/base/json.h"
#include "core/base/task.h"

#include <QHash>
#include <QList>
#include <QObject>
#include <QTimer>
#include <QUrl>

#include <functional>
#include <memory>
#include <optional>
