// A person's browser: loads pages, follows redirects, runs the poll of the app's waiting page, fills in the
// forms of the sandbox's sign-in, and ends at the redirect URI that the first address names. None of the app's
// own pages has a form: consent is never given here.
const MAX_HOPS = 40;

export async function browse(start, { onPage, onHop } = {}) {
  let url = new URL(start);
  const redirectUri = url.searchParams.get('redirect_uri');
  const arrived = () => redirectUri && url.href.startsWith(redirectUri);
  let form; // what is sent to `url` next, if anything
  for (let hop = 0; hop < MAX_HOPS; hop++) {
    const answer = await fetch(url, {
      redirect: 'manual', headers: { accept: 'text/html,*/*;q=0.8' }, ...(form && { method: 'POST', body: form }),
    });
    form = undefined;
    const location = answer.headers.get('location');
    if (location) {
      url = new URL(location, url);
      onHop?.(url);
      continue;
    }
    const page = await answer.text();
    if (arrived()) return { url, status: answer.status, page };
    const flow = /\/authorize\/flow\/[A-Za-z0-9_-]{43}/.exec(page);
    const filled = filledIn(page);
    if (answer.status === 200 && flow) {
      onPage?.(page);
      const next = await poll(new URL(`${flow[0]}/status`, url));
      if (!next) return { url, status: 200, page }; // the client has its answer; the tab only has to be closed
      url = next;
      onHop?.(url);
    } else if (answer.status === 200 && filled) {
      onPage?.(page);
      url = new URL(filled.action, url);
      form = filled.fields;
    } else {
      throw new Error(`the browser ends at ${answer.status} ${url.pathname}: ${page.slice(0, 300)}`);
    }
  }
  throw new Error(`the browser was sent around in circles, last to ${url}`);
}

/** The page's form as it stands, sent with its primary button. */
function filledIn(page) {
  const form = /<form method="post" action="([^"]+)">(.*?)<\/form>/s.exec(page);
  if (!form) return undefined;
  const attribute = (tag, name) => new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1];
  const fields = new URLSearchParams();
  for (const [tag] of form[2].matchAll(/<input[^>]*>/g)) {
    if (attribute(tag, 'type') !== 'checkbox' || / checked/.test(tag)) fields.append(attribute(tag, 'name'), attribute(tag, 'value') ?? '');
  }
  const button = /<button class="primary"[^>]*>/.exec(form[2]);
  if (button && attribute(button[0], 'name')) fields.append(attribute(button[0], 'name'), attribute(button[0], 'value'));
  return { action: form[1], fields };
}

async function poll(status) {
  for (;;) {
    const answer = await fetch(status);
    const body = await answer.json();
    if (!answer.ok) throw new Error(`the flow's state cannot be read: ${answer.status} ${JSON.stringify(body)}`);
    if (body.next) return new URL(body.next, status);
    if (body.state === 'delivered') return undefined;
    if (body.state === 'failed') throw new Error(`the flow has failed: ${body.message}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
