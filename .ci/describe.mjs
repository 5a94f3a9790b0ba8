/**
 * Makes what people read of the configuration's keys of data/configuration.yml and the schemas in src/config: the files
 * in config/, and the chapters of the files in docs/configuration.md and man/order-monit.yml.5.scd.
 *
 *   npm run describe                              writes them
 *   node --import tsx .ci/describe.mjs --check    names those that are not what it would write
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { FAILSAFE_SCHEMA, load } from 'js-yaml';

import { describeForeignKeys, describeKeys } from '../src/config/index.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DESCRIPTION = 'data/configuration.yml';
const PLACEHOLDER = 'CHANGE_ME';
const CONFIG_WIDTH = 90;
const DOCS_WIDTH = 120;
const MAN_WIDTH = 80;

/** Each file with all that is said of its keys. Ends the process where the description and the schemas differ. */
function joinWithSchemas(description) {
  const schemas = describeKeys();
  const problems = schemas
    .filter(({ file, key }) => description[file]?.keys[key] === undefined)
    .map(({ file, key }) => `${file} ${key} has no description.`);
  const joined = Object.entries(description).map(([name, { about, sections = {}, keys }]) => ({
    name,
    about,
    sections,
    keys: Object.entries(keys).map(([key, described]) => {
      const schema = schemas.find((one) => one.file === name && one.key === key);
      const section = /^(.+)\./.exec(key)?.[1];
      if (section !== undefined && sections[section] === undefined) problems.push(`${name} ${section} has no text.`);
      if (schema !== undefined) return joinKey(schema, described, problems);
      problems.push(`${name} ${key} is no key of the schema.`);
    }),
  }));
  if (problems.length === 0) return joined;
  for (const problem of problems) console.error(`${DESCRIPTION}: ${problem}`);
  process.exit(1);
}

/**
 * @param schema the key as src/config has it
 * @param described the key as the description has it
 * @param problems what is wrong with the two together is added
 * @returns `literal`: the default as it would be written; `preset`: the default in words
 */
function joinKey(schema, described, problems) {
  const { file, key, expected, required } = schema;
  const { meaning = '', default: preset = required ? 'required' : undefined, value, active } = described;
  const literal = schema.default?.length > 0 ? schema.default : undefined;
  const complain = (problem) => problems.push(`${file} ${key} ${problem}`);
  const unknown = Object.keys(described).filter((name) => !['meaning', 'default', 'value', 'active'].includes(name));
  if (unknown.length > 0) complain(`has a field ${unknown.join(', ')}, which means nothing.`);
  if (!meaning.endsWith('.')) complain('has no meaning that ends with a full stop.');
  if (literal === undefined && preset === undefined) complain('needs a default: the schema has no literal one.');
  if (literal !== undefined && preset !== undefined) complain('has a default, and the schema another one.');
  const shipped = value ?? literal ?? (required ? PLACEHOLDER : undefined);
  if (shipped === undefined) complain('needs a value: there is no default to show.');
  const isActive = required || active === 'true';
  return { key, literal, preset, expected, shipped, isActive, text: `${meaning}${bounds(expected, meaning)}` };
}

/** What the schema says of a value that the meaning does not. */
function bounds(expected, meaning) {
  const range = /from (\d+ to \d+)/.exec(expected)?.[1];
  if (range !== undefined) return ` From ${range}.`;
  const words = /^one of (.*)$/.exec(expected)?.[1].split(', ') ?? [];
  return words.every((word) => meaning.includes(`\`${word}\``)) ? '' : ` One of ${inCode(words)}.`;
}

const inCode = (words) => words.map((word) => `\`${word}\``).join(', ');

/** A list that does not fit into a sentence is shown below it. */
function isShownBelow(literal) {
  return Array.isArray(literal) && !literal.every((item) => /^\w+$/.test(item));
}

/** What there is without the key, for config/ and the manual. */
function noteOf({ literal, preset }) {
  const words = preset ?? (isShownBelow(literal) ? 'the following list' : [literal].flat().join(', '));
  return /^(?:required|no effect)\b/.test(words) ? words : `default:\u00a0${words}`;
}

/** Turns each piece of a text's markup into what it becomes, and the rest by `plain`. */
function mark(text, { code, page, anchor, plain = (rest) => rest }) {
  return text.replace(/`([^`]+)`|\[([^\]]+)\]\(([^)]+)\)|[^`[]+|\[/g, (rest, word, label, target) => {
    if (word !== undefined) return code(word);
    if (target === undefined) return plain(rest);
    return target.startsWith('#') ? anchor(label, target) : page(label);
  });
}

/** Breaks a text into lines of at most `width`, and never within what is held together by U+00A0. */
function wrap(text, width) {
  const lines = [];
  for (const word of text.split(/[ \n]+/)) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => line.replaceAll('\u00a0', ' '));
}

const together = (text) => text.replaceAll(' ', '\u00a0');
const onHost = (page) => `/usr/share/doc/order-monit/${page}`;

function configFile({ about, sections, keys }) {
  const some = (test) => keys.some(test);
  const comment = (text) => {
    const plain = mark(text, { code: together, page: onHost, anchor: (label) => label });
    return wrap(plain, CONFIG_WIDTH - '# '.length).map((line) => `# ${line}`);
  };
  const notes = [
    some(({ expected }) => expected.includes('seconds')) && 'Durations are in seconds.',
    some(({ expected }) => /path|file/.test(expected)) &&
      'Relative paths start from the folder of the files, and `~/` is the home of the user that runs order-monit.',
    !some(({ preset }) => preset?.startsWith('required')) && 'Every key is optional.',
    'A key with a `#` right before it has its default.',
    some(({ shipped }) => shipped.includes(PLACEHOLDER)) &&
      `Replace every \`${PLACEHOLDER}\`; \`order-monit check\` says what is left.`,
  ].filter((note) => note !== false);
  const lines = [...comment(about), ...comment(notes.join(' ')), '# After a change: systemctl reload order-monit'];
  let open;
  for (const one of keys) {
    const [last, section] = one.key.split('.').reverse();
    if (section === undefined || section !== open) lines.push('');
    if (section !== undefined && section !== open) lines.push(...comment(sections[section]), `#${section}:`);
    open = section;
    const note = noteOf(one);
    lines.push(...comment(`${one.text} ${note[0].toUpperCase()}${note.slice(1)}.`), ...assignment(one, last));
  }
  return `${lines.join('\n')}\n`;
}

/** A key with its value, as YAML; what is not in force has a # at the margin. */
function assignment({ key, shipped, isActive }, name) {
  const indent = key.includes('.') ? '  ' : '';
  const lines =
    typeof shipped === 'string'
      ? [`${indent}${name}: ${shipped}`]
      : [`${indent}${name}:`, ...shipped.map((item) => `${indent}  - ${item}`)];
  return isActive ? lines : lines.map((line) => `#${line}`);
}

/** In docs/ and the manual: what the shipped file has where that is neither the default nor to be replaced. */
function shippedNote({ isActive, shipped, literal }) {
  return isActive && shipped !== literal && !shipped.includes(PLACEHOLDER) ? ` The shipped file has ${shipped}.` : '';
}

function docsChapter({ name, about, keys }) {
  const rows = keys.map((one) => {
    const { key, literal, preset, text } = one;
    const cells = [`\`${key}\``, preset ?? inCode([literal].flat()), `${text}${shippedNote(one)}`];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  const table = ['| key | default | meaning |', '| --- | --- | --- |', ...rows];
  return [`## ${name}`, '', ...wrap(about, DOCS_WIDTH), '', ...table].join('\n');
}

/** What becomes of the keys of other programs, those with the same fate in one row. */
function foreignChapter() {
  const rows = describeForeignKeys().flatMap(({ file, keys }) => {
    const fates = new Map();
    for (const [name, key] of Object.entries(keys)) {
      const fate = fateOf(name, key);
      if (fate !== undefined) fates.set(fate, [...(fates.get(fate) ?? []), name]);
    }
    return [...fates].map(([fate, names]) => `| ${file} | ${inCode(names)} | ${fate} |`);
  });
  return [
    '## Keys of other programs',
    '',
    ...FOREIGN,
    '',
    '| file | key | here |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

const FOREIGN = wrap(
  'Files that were written for Rails and its MySQL drivers, ActionMailer, Pony, Net::SSH, Savon or the daemons gem are read ' +
    'by this table. What has no effect is named in one warning; what is not followed, in a warning of its own.',
  DOCS_WIDTH,
);

/** Undefined for a key of order-monit that only takes other values besides. */
function fateOf(name, { kind, key, remedy }) {
  switch (kind) {
    case 'ignored':
      return 'no effect';
    case 'means':
      return name === key ? undefined : `is read as \`${key}\``;
    case 'list':
      return name === key ? undefined : `its addresses are added to \`${key}\``;
    case 'url':
      return 'is read as `adapter`, `host`, `port`, `database`, `username`, `password`, and what follows `?` as keys';
    case 'servers':
      return 'the server that is written to is read as `host` and the like';
    case 'verifies':
      return `with other keys of TLS: \`${key}: verify_identity\`; alone it is not followed. ${remedy}`;
    case 'replaced':
      return `is not followed; \`${key}\` takes its place. ${remedy}`;
  }
}

function manChapter({ name, about, keys }) {
  const marked = (text) =>
    mark(text, { code: manCode, page: (page) => `_${onHost(page)}_`, anchor: manPlain, plain: manPlain });
  const entries = keys.flatMap((one) => {
    const term = `*${one.key}* (${marked(noteOf(one)).replaceAll('\u00a0', ' ')})`;
    const said = wrap(marked(`${one.text}${shippedNote(one)}`), MAN_WIDTH - 1);
    const list = isShownBelow(one.literal) ? ['', '```', ...one.literal, '```'] : [];
    return ['', term, ...[...said, ...list].map((line) => (line === '' ? '' : `\t${line}`))];
  });
  return [`# ${name.toUpperCase()}`, '', ...wrap(marked(about), MAN_WIDTH), ...entries].join('\n');
}

function manPlain(text) {
  return text.replace(/[\\*`~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\$&`);
}

/** Files are underlined, all else that is written as it stands is bold. */
function manCode(word) {
  const sign = /^~?\/.|\.yml$|^id_/.test(word) ? '_' : '*';
  return together(`${sign}${manPlain(word)}${sign}`);
}

/** Puts chapters between the two marks of a document; `form` is a comment of its language, with a $ for what it says. */
function between(document, form, chapters) {
  const [begin, end] = [`Made from ${DESCRIPTION} by npm run describe: begin`, 'Made: end'].map((words) =>
    form.replace('$', words),
  );
  const [before, rest = ''] = document.split(`${begin}\n`);
  const after = rest.split(`\n${end}\n`)[1];
  if (after === undefined) throw new Error(`There are no lines "${begin}" and "${end}" around the chapters.`);
  return `${before}${begin}\n\n${chapters.join('\n\n')}\n\n${end}\n${after}`;
}

const read = (path) => readFileSync(join(root, path), 'utf8');
const files = joinWithSchemas(load(read(DESCRIPTION), { schema: FAILSAFE_SCHEMA }));
const made = new Map([
  ...files.map((file) => [`config/${file.name}`, configFile(file)]),
  [
    'docs/configuration.md',
    between(read('docs/configuration.md'), '<!-- $ -->', [...files.map(docsChapter), foreignChapter()]),
  ],
  ['man/order-monit.yml.5.scd', between(read('man/order-monit.yml.5.scd'), '; $', files.map(manChapter))],
]);
const stale = [...made].filter(([path, text]) => text !== read(path)).map(([path]) => path);
if (process.argv[2] === '--check') {
  for (const path of stale) console.error(`${path} is not what ${DESCRIPTION} makes. Run: npm run describe`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  for (const path of stale) writeFileSync(join(root, path), made.get(path));
  console.log(stale.length === 0 ? 'describe: all is up to date.' : `describe: has written ${stale.join(', ')}.`);
}
