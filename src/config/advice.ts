/** The shop's own rules for what to do about an order: `advice` in service.yml. */
import { compilePattern, readAs, show } from './values.ts';

/** One rule: about which words, and who does what then. */
export interface OwnAdvice {
  /** Whether it is about what was said. */
  test(said: string): boolean;
  readonly who: string;
  readonly todo: string;
}

/** They are tried one after another, on every order of every mail. */
export const MOST_RULES = 50;
const LONGEST_RULE = 500;
/** What was said is looked at so far: rules are for its beginning, and it comes from outside. */
const LONGEST_SAID = 1000;

const EXPECTED = "a list of rules such as 'CPF|CNPJ => Customer service: correct it in the shop'";

/** `PATTERN => WHO: WHAT TO DO`. */
export function adviceRule() {
  return readAs<OwnAdvice>(EXPECTED, (written) => {
    if (written.length > LONGEST_RULE) return { problem: `holds a rule of more than ${LONGEST_RULE} characters.` };
    const parts = /^(.*\S)\s+=>\s+([^:]*[^\s:]):\s+(\S.*)$/su.exec(written.trim());
    if (parts === null) return { problem: `${show(written)} is not a rule.` };
    const [, source = '', who = '', todo = ''] = parts;
    if (/\p{Cc}/u.test(who + todo)) return { problem: `${show(written)} holds more than one line.` };
    const reading = compilePattern(source);
    if ('problem' in reading) return reading;
    const { value } = reading;
    return { value: { who, todo, test: (said) => value.test(said.slice(0, LONGEST_SAID)) } };
  });
}
