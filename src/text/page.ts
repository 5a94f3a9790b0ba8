/** What a web page says, in its title and first words: for people who are told that it came in place of an answer. */

/** So much of a page is looked at. */
const LOOKED_AT = 20_000;

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** The title of a page and its text, or a plain text, without line breaks. It may be long, or empty, and hold secrets. */
export function wordsOfPage(page: string): string {
  const looked = page.slice(0, LOOKED_AT);
  const title = textIn(/<title[^>]*>([^<]*)/i.exec(looked)?.[1] ?? '');
  const body = textIn(
    looked
      // Pieces that a cut has left without an end go on to the end.
      .replaceAll(/<!--[^]*?(?:-->|$)/g, ' ')
      .replaceAll(/<(script|style|head|title)\b[^]*?(?:<\/\1\s*>|$)/gi, ' ')
      .replaceAll(/<[^>]*(?:>|$)/g, ' '),
  );
  if (title === '' || body.toLowerCase().startsWith(title.toLowerCase())) return body;
  return body === '' ? title : `${title}: ${body}`;
}

function textIn(html: string): string {
  return html
    .replaceAll(/&#(x?)([\da-f]{1,6});/gi, (whole, isHexadecimal: string, digits: string) => {
      const code = Number.parseInt(digits, isHexadecimal === '' ? 10 : 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    })
    .replaceAll(/&([a-z]{2,6});/gi, (whole, name: string) => NAMED[name.toLowerCase()] ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The name of a host, or a step of a path, that is there for people to say who they are. */
const LOGIN =
  /(?:^|[./_-])(?:log[-_]?in|log[-_]?on|sign[-_]?in|signon|sso|auth|oauth2?|saml2?|adfs|idp|captive)(?:$|[./_-])/i;

/** Whether a redirect leads to a login page: not where something has moved to. Its query, and a password in it, are passed over. */
export function leadsToLogin(location: string): boolean {
  return LOGIN.test(location.replace(/^(?:https?:)?\/\/(?:[^/?#]*@)?/i, '').replace(/[?#].*$/s, ''));
}
