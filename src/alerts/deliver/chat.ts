/** The forms in which chat systems take a message, and how each is kept from taking a text for more than a text. */

export type WebhookFormat = 'json' | 'slack' | 'teams' | 'discord' | 'google_chat';

/** What a chat is to show, as it is. */
export interface ChatText {
  readonly title: string;
  readonly text: string;
  /** Where the page begins: a line that is an address there is a link. */
  readonly page?: string | undefined;
}

/** Hosts at which a chat system takes its webhooks. A host that is one of these, or below it, counts. */
const HOSTS: readonly (readonly [host: string, format: WebhookFormat])[] = [
  ['hooks.slack.com', 'slack'],
  ['hooks.slack-gov.com', 'slack'],
  ['discord.com', 'discord'],
  ['discordapp.com', 'discord'],
  ['chat.googleapis.com', 'google_chat'],
  ['webhook.office.com', 'teams'],
  ['outlook.office.com', 'teams'],
  ['outlook.office365.com', 'teams'],
  ['logic.azure.com', 'teams'],
  ['powerplatform.com', 'teams'],
  ['powerautomate.com', 'teams'],
];

/** The form that a URL's host is known to take; else JSON. */
export function formatOf({ hostname, pathname }: URL): WebhookFormat {
  const format = HOSTS.find(([host]) => hostname === host || hostname.endsWith(`.${host}`))?.[1] ?? 'json';
  // Discord has addresses that take the form of Slack.
  return format === 'discord' && /\/slack\/?$/.test(pathname) ? 'slack' : format;
}

/** A message in the form of a chat: a body for its webhook. */
export function chatBody(format: Exclude<WebhookFormat, 'json'>, chat: ChatText): string {
  const { title, text } = chat;
  const isAddress = (line: string): boolean => isAddressAt(chat.page, line);
  switch (format) {
    case 'slack':
      return JSON.stringify({ text: bounded(`*${slackText(title)}*\n${slackText(text)}`, LONGEST_TEXT) });
    case 'google_chat':
      // It refuses what it does not know, so there is nothing else.
      return JSON.stringify({ text: bounded(`*${inert(title)}*\n${inert(text)}`, LONGEST_TEXT) });
    case 'discord':
      return JSON.stringify({
        content: bounded(`**${discordText(title)}**\n${discordLines(text, isAddress)}`, LONGEST_ON_DISCORD),
        allowed_mentions: { parse: [] },
      });
    case 'teams':
      return JSON.stringify(teamsCard(title, bounded(text, LONGEST_TEXT), isAddress));
  }
}

/** Chat systems cut or refuse longer ones. */
export const LONGEST_TEXT = 3500;
/** Discord refuses what has more than 2000 characters. */
const LONGEST_ON_DISCORD = 2000;

/** Cuts a text so that it has at most so many UTF-16 units, and says so. */
export function bounded(text: string, longest: number): string {
  if (text.length <= longest) return text;
  // Neither half a surrogate pair or entity nor a backslash without what it was for.
  return `${text.slice(0, longest - 2).replace(/[\ud800-\udbff]$|&[a-z]{0,3}$|\\$/, '')}\n…`;
}

/** Slack takes these three as entities, and nothing else that it would act on but `@`, of which its imitators make more. */
function slackText(text: string): string {
  return disarmed(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Whether a line is an address on our own page and nothing else. Chats make a link of it; all but Teams by themselves. */
function isAddressAt(page: string | undefined, line: string): boolean {
  const address = line.trim();
  return page !== undefined && address.startsWith(`${page}/`) && /^[\w.~:/?#=&%[\]-]+$/.test(address);
}

/** Discord looks up what an address leads to, and shows it, unless it stands in brackets. */
function discordLines(text: string, isAddress: (line: string) => boolean): string {
  return text
    .split('\n')
    .map((line) => (isAddress(line) ? `<${line.trim()}>` : discordText(line)))
    .join('\n');
}

/** A backslash takes the meaning from each mark of Markdown. */
function discordText(text: string): string {
  return text.replaceAll(/[\\*_~`|<>[\]#@]/g, '\\$&').replaceAll(/^(\s*\d*)([-+.])(?= )/gm, '$1\\$2');
}

/** An Adaptive Card as the workflows of Teams post it. Its runs of text know no Markdown, and no mentions. */
function teamsCard(title: string, text: string, isAddress: (line: string) => boolean): unknown {
  const lines = text.split('\n').map((line, at, all) => ({
    type: 'RichTextBlock',
    spacing: at === 0 || all[at - 1] === '' ? 'Medium' : 'None',
    inlines: [
      {
        type: 'TextRun',
        text: line,
        ...(isAddress(line) ? { selectAction: { type: 'Action.OpenUrl', url: line.trim() } } : {}),
      },
    ],
  }));
  const heading = {
    type: 'RichTextBlock',
    inlines: [{ type: 'TextRun', text: title, weight: 'Bolder', size: 'Medium' }],
  };
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [heading, ...lines.filter(({ inlines: [run] }) => run?.text.trim() !== '')],
  };
  return {
    type: 'message',
    summary: title,
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

/** Looks like its counterpart, and means nothing to any of them. */
const LOOKALIKES: Readonly<Record<string, string>> = { '<': '‹', '>': '›' };

/**
 * Takes the power out of what tells everybody or hides where a link leads, and leaves it to be read: `<!channel>`,
 * `<https://…|click>` and `<users/all>` (Slack, Google Chat), `@everyone` (Discord, Mattermost), `[click](https://…)`,
 * `[click]: https://…` and HTML (Teams, Discord, Mattermost). For where nobody knows which of them reads it: quoting is
 * no way then, as each has its own, and shows that of the others.
 */
export function inert(text: string): string {
  return disarmed(text).replaceAll(/[<>]/g, (mark) => LOOKALIKES[mark] ?? mark);
}

function disarmed(text: string): string {
  return text.replaceAll(/@(?=[\p{L}\p{N}_])/gu, '＠').replaceAll(/\](?=[([:])/g, '] ');
}
