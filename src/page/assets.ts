/** Style sheet, script and icon of the page, each at an address that browsers may keep for ever. */
import { createHash } from 'node:crypto';

import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** A file that never changes under its address, because the address holds a hash of what is in it. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly content: string;
}

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1d5fa8"/><path d="M8 17l5.5 5.5L24.5 10.5" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

function asset({
  name,
  extension,
  type,
  content,
}: Readonly<Record<'name' | 'extension' | 'type' | 'content', string>>) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { path: `/static/${name}.${hash}.${extension}`, type, content } satisfies Asset;
}

export const ASSETS = {
  style: asset({ name: 'page', extension: 'css', type: 'text/css; charset=utf-8', content: STYLE }),
  script: asset({ name: 'live', extension: 'js', type: 'text/javascript; charset=utf-8', content: SCRIPT }),
  icon: asset({ name: 'icon', extension: 'svg', type: 'image/svg+xml', content: ICON }),
};
