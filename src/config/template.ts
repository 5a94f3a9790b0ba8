/** ERB templates, which the old program ran and order-monit does not: what one of them asks for. */

/** A fault in words: what is wrong, and what to do. */
export type Explanation = readonly [problem: string, remedy: string];

const REMEDY = 'Write the value itself; a secret can come from a file instead (password_file, key_file).';

/** A template that can't be seen whole, or asks for nothing that has a name. */
export const TEMPLATE: Explanation = ['holds an ERB template (<% … %>), which is not run.', REMEDY];

/** Explains a value that holds a template, by the variable that it asks for; `undefined` for any other value. */
export function explainTemplate(text: string): Explanation | undefined {
  if (!/<%.*%>/s.test(text)) return undefined;
  const variable = /\bENV(?:\.fetch\s*\(?|\s*\[)\s*["']([A-Za-z_]\w{0,39})["']/.exec(text)?.[1];
  if (variable === undefined) return TEMPLATE;
  return [`takes the environment variable ${variable} by an ERB template (<% … %>), which is not run.`, REMEDY];
}

/** The mend of a problem that {@link explainTemplate} has named. */
export function remedyOfTemplate(problem: string): string | undefined {
  return problem.endsWith('ERB template (<% … %>), which is not run.') ? REMEDY : undefined;
}
