/** Reasons and hints that order-monit makes in English, in Brazilian Portuguese: see `../phrases.ts`. */
import { translatorBy, type Phrase } from '../phrases.ts';
import { ABACOS, ANSWERS } from './phrases/abacos.ts';
import { COMMANDS } from './phrases/commands.ts';
import { CONFIGURATION } from './phrases/configuration.ts';
import { INTEGRATION } from './phrases/integration.ts';
import { LOGIN } from './phrases/login.ts';
import { NETWORK, TLS } from './phrases/network.ts';
import { PROGRAM } from './phrases/program.ts';
import { REPAIRS } from './phrases/repairs.ts';
import { SHOP } from './phrases/shop.ts';
import { FIELD } from './phrases/field.ts';

export const PHRASES: readonly Phrase[] = [
  ...NETWORK,
  ...TLS,
  ...ABACOS,
  ...ANSWERS,
  ...SHOP,
  ...INTEGRATION,
  ...LOGIN,
  ...COMMANDS,
  ...REPAIRS,
  ...PROGRAM,
  ...CONFIGURATION,
  ...FIELD,
];

/** What order-monit says in English, in Portuguese; the words of other programs as they are. */
export const translated = translatorBy(PHRASES);
