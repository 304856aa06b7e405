// What a person's browser does with an authorization URL: loads pages, follows redirects, runs the
// waiting page's poll, and ends at the client's redirect URI. It cannot grant anything by itself.
export async function browse(start, { onPage } = {}) {
  let url = new URL(start);
  const redirectUri = url.searchParams.get('redirect_uri');
  for (let hop = 0; hop < 30; hop++) {
    const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8' } });
    const location = answer.headers.get('location');
    if (location) {
      url = new URL(location, url);
    } else {
      const page = await answer.text();
      if (redirectUri && url.href.startsWith(redirectUri)) return { url, status: answer.status, page };
      const flow = /\/authorize\/flow\/[A-Za-z0-9_-]{43}/.exec(page);
      if (answer.status !== 200 || !flow) throw new Error(`the browser ends at ${answer.status} ${url.pathname}: ${page.slice(0, 300)}`);
      onPage?.(page);
      url = await poll(new URL(`${flow[0]}/status`, url));
    }
    if (redirectUri && url.href.startsWith(redirectUri)) {
      const last = await fetch(url, { redirect: 'manual' });
      return { url, status: last.status, page: await last.text() };
    }
  }
  throw new Error(`the browser was sent around in circles, last to ${url}`);
}

async function poll(status) {
  for (;;) {
    const answer = await fetch(status);
    const body = await answer.json();
    if (!answer.ok) throw new Error(`the flow's state cannot be read: ${answer.status} ${JSON.stringify(body)}`);
    if (body.next) return new URL(body.next, status);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
