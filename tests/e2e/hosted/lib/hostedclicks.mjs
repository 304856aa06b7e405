// A person's browser at a stand-in's consent page, by HTTP: keeps cookies, follows redirects, presses one of the
// form's buttons, and ends at the redirect URI that the first address names.
const MAX_HOPS = 20;

const unescape = (text) => text.replace(/&#(\d+);/g, (whole, code) => String.fromCharCode(code)).replaceAll('&amp;', '&');
const attribute = (tag, name) => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found ? unescape(found[1]) : undefined;
};

export class Browser {
  #cookies = new Map(); // by host with port, which is stricter than a browser

  async #fetch(url, body) {
    const jar = this.#cookies.get(url.host) ?? new Map();
    this.#cookies.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual', headers: { accept: 'text/html', ...(cookie && { cookie }) }, ...(body && { method: 'POST', body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=;]+)=([^;]*)/.exec(line) ?? [];
      if (name) jar.set(name, value);
    }
    return answer;
  }

  /**
   * press: the id of the button, 'allow' or 'deny'. Resolves with {url, status, page} of the last page: the client's
   * own, or an error page (status >= 400), from which nothing comes back to the client.
   */
  async signIn(start, { press = 'allow', onPage, visitRedirect = true } = {}) {
    let url = new URL(start);
    const redirectUri = url.searchParams.get('redirect_uri');
    let body;
    for (let hop = 0; hop < MAX_HOPS; hop++) {
      const answer = await this.#fetch(url, body);
      body = undefined;
      const location = answer.headers.get('location');
      const page = await answer.text();
      if (location) {
        url = new URL(location, url);
        if (!visitRedirect && redirectUri && url.href.startsWith(redirectUri)) return { url, status: 0, page: '' };
        continue;
      }
      const form = /<form method="post" action="([^"]+)">(.*?)<\/form>/s.exec(page);
      if (!form || answer.status !== 200) return { url, status: answer.status, page };
      onPage?.(page);
      body = new URLSearchParams();
      for (const [tag] of form[2].matchAll(/<input[^>]*>/g)) body.append(attribute(tag, 'name'), attribute(tag, 'value') ?? '');
      const button = [...form[2].matchAll(/<button[^>]*>/g)].find(([tag]) => attribute(tag, 'id') === press);
      if (!button) throw new Error(`the page has no button ${press}: ${page.slice(0, 400)}`);
      body.append(attribute(button[0], 'name'), attribute(button[0], 'value'));
      url = new URL(form[1], url);
    }
    throw new Error(`the browser was sent around in circles, last to ${url}`);
  }
}

/** As Browser.signIn() of a person with no cookies. */
export const clickThrough = (start, options) => new Browser().signIn(start, options);
