// The consent page, and what is shown when a request cannot be consented to.
import { state } from './state.mjs';

const FIXED = ['user:read', 'offline_access', 'account:read', 'workers:write'];

const escape = (text) => String(text).replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const page = (status, title, body, headers = {}) => new Response(
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title></head>` +
  `<body><main><h1>${escape(title)}</h1>${body}</main></body></html>`,
  { status, headers: { 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY', ...headers } });

async function ask(request, provider) {
  let wanted;
  let client;
  try {
    wanted = await provider.parseAuthRequest(request);
    client = await provider.lookupClient(wanted.clientId);
    if (!client) throw new Error('Client not found');
  } catch (error) {
    return page(400, 'This request cannot be approved', `<p id="error">${escape(error.message)}</p>`);
  }
  const binding = crypto.randomUUID();
  return page(200, 'Allow access?', `
    <p id="client">${escape(client.clientName ?? wanted.clientId)}</p>
    <p id="redirect">${escape(new URL(wanted.redirectUri).host)}</p>
    <ul id="scopes">${wanted.scope.map((scope) => `<li>${escape(scope)}</li>`).join('')}</ul>
    <form method="post" action="${new URL(request.url).pathname}">
      <input type="hidden" name="binding" value="${binding}">
      <input type="hidden" name="request" value="${escape(JSON.stringify(wanted))}">
      <button type="submit" id="allow" name="decision" value="allow">Allow</button>
      <button type="submit" id="deny" name="decision" value="deny">Deny</button>
    </form>`, { 'set-cookie': `consent=${binding}; HttpOnly; SameSite=Lax; Path=/` });
}

async function decide(request, env, scopes) {
  const form = await request.formData();
  const cookie = /(?:^|; )consent=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1];
  if (!cookie || cookie !== form.get('binding')) return page(403, 'This page was not opened here', '');
  const wanted = JSON.parse(form.get('request'));
  if (form.get('decision') !== 'allow') {
    const back = new URL(wanted.redirectUri);
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('state', wanted.state);
    if (scopes === 'requested') back.searchParams.set('iss', env.ORIGIN); // the generation that sends it
    return Response.redirect(back, 302);
  }
  const scope = scopes === 'fixed' || wanted.scope.length === 0 ? FIXED : wanted.scope;
  const { redirectTo } = await env.OAUTH_PROVIDER.completeAuthorization({
    request: wanted, userId: state.user, metadata: {}, scope, props: { user: state.user, scope },
  });
  return Response.redirect(redirectTo, 302);
}

/** `scopes`: 'fixed' (whatever is asked for, all are granted) or 'requested'. */
export function consent(authorizePath, scopes) {
  return {
    async fetch(request, env) {
      if (new URL(request.url).pathname !== authorizePath) return new Response('Not found', { status: 404 });
      if (request.method === 'GET') return ask(request, env.OAUTH_PROVIDER);
      if (request.method === 'POST') return decide(request, env, scopes);
      return new Response(null, { status: 405, headers: { allow: 'GET, POST' } });
    },
  };
}
