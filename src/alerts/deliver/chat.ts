/** A text for chat systems, of which each reads some characters as marks of its own. */

/** Looks like its counterpart, and means nothing to any of them. */
const LOOKALIKES: Readonly<Record<string, string>> = { '<': '‹', '>': '›', '@': '＠' };

/**
 * Takes the power out of what tells everybody or hides where a link leads, and leaves it to be read: `<!channel>`,
 * `<https://…|click>` and `<users/all>` (Slack, Google Chat), `@everyone` (Discord, Mattermost), `[click](https://…)`,
 * `[click]: https://…` and HTML (Teams, Discord, Mattermost). Quoting is no way: each has its own, and shows that of the others.
 */
export function inert(text: string): string {
  return text
    .replaceAll(/[<>]|@(?=[\p{L}\p{N}_])/gu, (mark) => LOOKALIKES[mark] ?? mark)
    .replaceAll(/\](?=[([:])/g, '] ');
}
