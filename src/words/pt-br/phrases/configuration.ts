/** What is wrong with the configuration, in Brazilian Portuguese: see `../../phrases.ts`. */
import type { Phrase } from '../../phrases.ts';

export const CONFIGURATION: readonly Phrase[] = [
  ['{0} line {1}: <2>', '{0} linha {1}: {2}'],
  ['<0>: unknown key. Did you mean {1}?', '{0}: chave desconhecida. Quis dizer {1}?'],
  ['{0}: unknown key. It belongs in {1}.', '{0}: chave desconhecida. Ela pertence a {1}.'],
  ['{0}: unknown key. Remove it. The keys here are {1}.', '{0}: chave desconhecida. Remova-a. As chaves aqui são {1}.'],
];
