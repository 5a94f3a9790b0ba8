/** The languages in which order-monit speaks to people, in mails and on its page. */
import { EN, type Catalogue } from './words-en.ts';
import { PT_BR } from './words-pt-br.ts';

export type { Catalogue };

/** As `language:` in service.yml names them. */
export type Language = 'en' | 'pt-BR';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en: EN, 'pt-BR': PT_BR };

export function catalogueOf(language: Language): Catalogue {
  return CATALOGUES[language];
}
