// A hosted server: OAuth provider, consent page, and MCP behind it in one of two ways.
import { Server } from '@modelcontextprotocol/server';
import * as sdk from '@modelcontextprotocol/server';
import { createMcpHandler, getMcpAuthContext } from 'agents/mcp/server';

import { attachV2, SERVER_INFO, SERVER_OPTIONS } from '../lib/tools.mjs';
import { consent } from './consent.mjs';
import { Session } from './session.mjs';
import { state } from './state.mjs';

const sessionHandler = Session.serve('/mcp', { binding: 'MCP_OBJECT' });
const statelessHandler = createMcpHandler(({ era }) =>
  attachV2(new Server(SERVER_INFO, SERVER_OPTIONS), sdk, state, { era, user: getMcpAuthContext()?.props.user }));

const LISTS = ['extra', 'hidden', 'changed', 'pageSize'];

/** Changes the state; clients that can be told that the list of tools is another one are told. */
async function control(request, env) {
  const changes = await request.json();
  Object.assign(state, changes);
  if (LISTS.some((member) => member in changes)) {
    statelessHandler.notify.toolsChanged();
    await Promise.all(state.sessions.map((id) => env.MCP_OBJECT.get(env.MCP_OBJECT.idFromString(id)).toolsChanged()));
  }
  return Response.json(state);
}

/** Names the scope that the call lacks. */
async function lacking(request, held) {
  if (request.method !== 'POST' || Object.keys(state.needs).length === 0) return undefined;
  const message = await request.clone().json().catch(() => undefined);
  const scope = message?.method === 'tools/call' && state.needs[message.params?.name];
  return scope && !held.includes(scope) ? scope : undefined;
}

export function hosted(provider, { authorizePath, scopes, documents = false }) {
  const mcp = {
    async fetch(request, env, ctx) {
      const held = ctx.props.scope ?? [];
      const missing = await lacking(request, held);
      if (missing && ctx.auth && provider.insufficientScope) return provider.insufficientScope(ctx.auth, [...held, missing]);
      if (missing) {
        return new Response(null, { status: 403, headers: { 'www-authenticate':
          `Bearer realm="OAuth", error="insufficient_scope", scope="${[...held, missing].join(' ')}", ` +
          `resource_metadata="${env.ORIGIN}/.well-known/oauth-protected-resource/mcp"` } });
      }
      if (state.kind === 'session') return sessionHandler.fetch(request, env, ctx);
      return statelessHandler(request, env, ctx);
    },
  };
  let made; // once the address is known
  return {
    async fetch(request, env, ctx) {
      const { pathname, search } = new URL(request.url);
      if (pathname === '/control') return control(request, env);
      made ??= new provider.default({
        apiRoute: '/mcp', apiHandler: mcp, defaultHandler: consent(authorizePath, scopes),
        authorizeEndpoint: authorizePath, tokenEndpoint: '/token', clientRegistrationEndpoint: '/register',
        resourceMetadata: { resource: `${env.ORIGIN}/mcp`, authorization_servers: [env.ORIGIN] },
        clientIdMetadataDocumentEnabled: documents,
        tokenExchangeCallback: () => (state.accessTokenTTL ? { accessTokenTTL: state.accessTokenTTL } : undefined),
        resolveExternalToken: async ({ token }) =>
          (state.apiTokens[token] ? { props: { user: state.apiTokens[token], scope: [] }, audience: `${env.ORIGIN}/mcp` } : null),
      });
      // The person's address, not the one behind the proxy.
      return made.fetch(new Request(env.ORIGIN + pathname + search, request), env, ctx);
    },
  };
}
