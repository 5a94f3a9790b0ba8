/** The languages in which mails and page speak. English gives the form of the others. */
import { MAIL as MAIL_EN } from './en/mail.ts';
import { PAGE as PAGE_EN } from './en/page.ts';
import { MAIL as MAIL_PT_BR } from './pt-br/mail.ts';
import { PAGE as PAGE_PT_BR } from './pt-br/page.ts';

/** As `language:` in service.yml names them. */
export type Language = 'en' | 'pt-BR';

export type MailWords = typeof MAIL_EN;
export type PageWords = typeof PAGE_EN;

interface Catalogue {
  readonly mail: MailWords;
  readonly page: PageWords;
}

const CATALOGUES: Readonly<Record<Language, Catalogue>> = {
  en: { mail: MAIL_EN, page: PAGE_EN },
  'pt-BR': { mail: MAIL_PT_BR, page: PAGE_PT_BR },
};

export function wordsOf(language: Language): Catalogue {
  return CATALOGUES[language];
}
