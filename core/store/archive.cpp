#include "core/store/archive.h"

namespace flaredeck::store {

Archive::Archive(const QString &historyFile, const QString &vaultFile)
    : m_readers(new Readers(historyFile, vaultFile))
{
    m_thread.setObjectName(QStringLiteral("archive"));
    m_readers->moveToThread(&m_thread);
    QObject::connect(&m_thread, &QThread::finished, m_readers, &QObject::deleteLater);
    m_thread.start();
}

Archive::~Archive()
{
    m_thread.quit();
    m_thread.wait();
}

Archive::Readers::Readers(const QString &historyFile, QString vaultFile)
    : history(historyFile)
    , m_vaultFile(std::move(vaultFile))
{
}

Result<AuditReader *> Archive::Readers::trail()
{
    if (!m_trail) {
        auto opened = AuditReader::open(m_vaultFile);
        if (!opened)
            return fail(opened.error());
        m_trail = std::make_unique<AuditReader>(*std::move(opened));
    }
    return m_trail.get();
}

} // namespace flaredeck::store
