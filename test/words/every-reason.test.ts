/**
 * No reason or hint is made without its Portuguese: every sentence in the rooms where they are made is a phrase or a part of
 * one, or is named here as what only a log, a terminal or another program reads.
 */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

import ts from 'typescript';

import { PART } from '../../src/words/phrases.ts';
import { PHRASES, translated } from '../../src/words/pt-br/phrases.ts';
import { ENGLISH, ours } from './portuguese.ts';

const ROOMS = ['abacos', 'core', 'integration', 'monitor', 'net', 'shop'];

/** Only `check`, `trust-host`, a log line, the watchdog's step or a bug says it. A folder, a file, or the sentence's begin. */
const NOT_FOR_READERS: readonly string[] = [
  'abacos/check.ts',
  'integration/check.ts',
  'shop/check.ts',
  'shop/states.ts',
  'integration/host-key-scan.ts',
  'integration/known-hosts.ts',
  'XYZ line XYZ XYZ. Find out why it changed',
  'XYZ can be read by every user of this host',
  'is empty; the usual command is',
  'must begin with a program',
  'names XYZ, which cannot be',
  'holds a control character',
  'The integration server opened no further session',
  'Two monitors of this database may not notice',
  // Joined from what is translated by itself, or told by a log line.
  'core/outage.ts',
  // Errors that are known by their code.
  'no signature is made with SHA-1',
  'the wait was ended',
  'the wait for the connection was ended',
  'the answer was cut off',
  'the password was not sent',
  'is packed in a way that order-monit can not read',
  'XYZ can not be the name of a table',
  'An order id must be',
  'No checkpoint timestamp',
  // Of a monitor, not of what fails: its name, its steps, what it keeps of an order.
  'XYZ (connection XYZ of the database)',
  'XYZ (epoch XYZ of the lease)',
  'reading how old orders are',
  'reading orders after their commands',
  'reading orders that wait',
  'counting the orders left',
  'tidying the checkpoint',
  'waiting for the',
  'connecting to the integration server',
  'asking Abacos whether it is up',
  'not looked yet',
  'commands in doubt',
];

const oneSpaced = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const PHRASED = PHRASES.map(([english]) =>
  oneSpaced(
    english
      .split(PART)
      .map((piece, index) => (index % 2 === 1 ? 'XYZ' : piece))
      .join(''),
  ),
)
  .flatMap((english) => [english, oneSpaced(ours(english))])
  .join('\n');

/** What is written in one piece or put together with `+`, with XYZ for what is filled in; `undefined` for other code. */
function sentenceOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('XYZ');
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [sentenceOf(node.left), sentenceOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}

function sentencesOf(file: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isRegularExpressionLiteral(node)) return;
    const sentence = ts.isBinaryExpression(node.parent) ? undefined : sentenceOf(node);
    if (sentence !== undefined) found.push(oneSpaced(sentence));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true), visit);
  return found;
}

/** Keywords in capitals and the signs of a shell. */
const CODE = /\b(?:SELECT|FROM|WHERE|SHOW|SET|NULL|AND|ORDER BY|CREATE|INTO)\b|\$\w|&&/;

function isPhrased(sentence: string): boolean {
  if (!ENGLISH.test(ours(translated(sentence)))) return true;
  return [sentence, oneSpaced(ours(sentence))].some((text) =>
    text.split('XYZ').every((piece) => piece.trim().split(' ').length < 3 || PHRASED.includes(piece.trim())),
  );
}

test('every reason and hint that is made has its Portuguese', () => {
  const without: string[] = [];
  const named = new Set<string>();
  for (const room of ROOMS)
    for (const file of readdirSync(`src/${room}`, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      for (const sentence of sentencesOf(`src/${room}/${file}`)) {
        if (sentence.split(' ').length < 3 || CODE.test(sentence) || isPhrased(sentence)) continue;
        const exception = NOT_FOR_READERS.find((one) => `${room}/${file}` === one || sentence.startsWith(one));
        if (exception === undefined) without.push(`src/${room}/${file}: ${sentence}`);
        else named.add(exception);
      }
    }
  assert.deepEqual(without, []);
  assert.deepEqual(
    NOT_FOR_READERS.filter((one) => !named.has(one)),
    [],
    'nothing is left of these',
  );
});
