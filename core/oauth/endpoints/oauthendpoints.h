#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpserver.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/clients/documentclients.h"
#include "core/oauth/consent/flows.h"
#include "core/oauth/endpoints/metadata.h"

#include <QObject>
#include <QSet>

namespace flaredeck::oauth {

/// Discovery and the pages of /authorize: reads requests, asks the classes that know
/// the rules, prints answers.
class OAuthEndpoints : public QObject
{
    Q_OBJECT

public:
    OAuthEndpoints(store::AuditTrail &audit, ClientRegistry &clients, DocumentClients &documents,
                   Flows &flows, QObject *parent = nullptr);

    void install(http::HttpServer &server);
    /// Adds the routes of endpoints that are offered since.
    void installEndpoints(http::HttpServer &server);
    void setOptions(const metadata::Options &options);

private:
    [[nodiscard]] metadata::Options offered() const;
    Task<> authorize(http::RequestPtr request, http::ExchangePtr exchange);
    void answerAuthorize(const http::RequestPtr &shared, const QByteArray &parameters,
                         const http::ExchangePtr &exchange);
    Task<> openFlow(AuthorizeRequest request, http::RequestPtr sent, http::ExchangePtr exchange);
    void answerFlow(const http::Request &request, const http::ExchangePtr &exchange);

    store::AuditTrail &m_audit;
    ClientRegistry &m_clients;
    DocumentClients &m_documents;
    Flows &m_flows;
    metadata::Options m_options;
    QSet<QByteArray> m_installed; ///< endpoints that have routes
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
