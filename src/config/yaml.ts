/**
 * YAML text as a tree that knows its lines. Scalars stay as written: what a
 * text means follows from the key that it stands under, so `yes`, `"120"`,
 * `+03:00` and a password of digits are all read as they were meant, whichever
 * version of YAML the file was written for.
 */
import {
  EVENT_ID,
  SCALAR_STYLE,
  YAMLException,
  getScalarValue,
  parseEvents,
  type AliasEvent,
  type Event,
  type ScalarEvent,
} from 'js-yaml';

import { findForbidden, findOdd, type OddCharacter } from './characters.ts';
import { decodeText } from './decode.ts';
import type { Remark } from './fault.ts';
import { explainOdd, explainSyntaxFault } from './syntax-fault.ts';

export type Node = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly line: number;
  /** As written, without quotes; empty where the file gives nothing, `~` or `null`. */
  readonly text: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly Node[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  /** The line of the key, counted from 1. */
  readonly line: number;
  readonly value: Node;
}

export interface ParsedYaml {
  /** `undefined` for an empty file, and for one that is not YAML. */
  readonly root: Node | undefined;
  readonly faults: readonly Remark[];
}

/** Parses one document. Never throws because of the text. */
export function parseYaml(text: string): ParsedYaml {
  const forbidden = findForbidden(text);
  if (forbidden !== undefined) {
    const before = text.slice(0, forbidden.index).split(/\r\n|\r|\n/);
    const column = (before.at(-1)?.length ?? 0) + 1;
    return { root: undefined, faults: [explainOdd(forbidden.character, before.length, column)] };
  }
  let events: Event[];
  try {
    events = parseEvents(text, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return { root: undefined, faults: [explainSyntaxFault(text, error.reason, error.mark?.line ?? 0)] };
  }
  return new TreeBuilder(text, events).build();
}

/** Says what the key says anyway. */
const STANDARD_TAG = /^!!(?:str|int|float|bool|null|map|seq)$/;
/**
 * What Ruby's YAML writes before the values of its classes. Nothing is ever made of them: the plain values are read. Any
 * other word with ! in front may be a password.
 */
const KNOWN_TAG =
  /^(?:!!?(?:str|int|float|bool|null|map|seq|set|omap|binary)(?::[\w:]+)?|!!timestamp|!ruby\/[\w:@/-]+|!<tag:(?:yaml\.org|ruby\.yaml\.org),2002:[\w:@/-]+>)$/;

const QUOTE_IT = 'If that is part of the value, put the whole value in single quotes.';

/** Builds the tree from the parser's events, which hold offsets into the text. */
class TreeBuilder {
  readonly #text: string;
  readonly #events: readonly Event[];
  readonly #lineStarts: readonly number[];
  readonly #anchors = new Map<string, Node>();
  readonly #faults: Remark[] = [];
  /** Odd characters outside of quotes. */
  readonly #odd: Remark[] = [];
  #next = 0;

  constructor(text: string, events: readonly Event[]) {
    this.#text = text;
    this.#events = events;
    this.#lineStarts = [0, ...Array.from(text.matchAll(/\r\n|\r|\n/g), (match) => match.index + match[0].length)];
  }

  build(): ParsedYaml {
    const documents = this.#events.filter(({ type }) => type === EVENT_ID.DOCUMENT).length;
    if (documents > 1) {
      this.#fault(undefined, 'the file holds several documents.', 'Remove the lines that hold nothing but ---.');
      return { root: undefined, faults: this.#faults };
    }
    this.#take(); // the start of the document
    const root = documents === 0 || this.#peek()?.type === EVENT_ID.POP ? undefined : this.#node(1);
    const [odd, ...others] = this.#odd;
    if (odd === undefined) return { root, faults: this.#faults };
    // Whatever else is wrong most likely follows from these.
    const lines = [...new Set(others.flatMap(({ line = 1 }) => (line === odd.line ? [] : [line])))];
    const more =
      lines.length === 0
        ? ''
        : ` Such characters are on ${lines.length === 1 ? 'line' : 'lines'} ${shorten(lines)} too.`;
    return { root: undefined, faults: [{ ...odd, remedy: `${odd.remedy}${more}` }] };
  }

  #peek(): Event | undefined {
    return this.#events[this.#next];
  }

  #take(): Event | undefined {
    return this.#events[this.#next++];
  }

  /** Reads the next node. An empty scalar has no place of its own: it is said to be on the line given. */
  #node(line: number): Node {
    const event = this.#take();
    switch (event?.type) {
      case EVENT_ID.SCALAR:
        return this.#anchored(event, this.#scalar(event, line));
      case EVENT_ID.SEQUENCE:
        return this.#anchored(event, this.#list(this.#lineAt(event.start)));
      case EVENT_ID.MAPPING:
        return this.#anchored(event, this.#map(this.#lineAt(event.start)));
      case EVENT_ID.ALIAS:
        return this.#alias(event, line);
      case EVENT_ID.DOCUMENT:
      case EVENT_ID.POP:
      case undefined:
        throw new Error('The YAML parser gave events that do not nest.');
    }
  }

  #scalar(event: ScalarEvent, line: number): ScalarNode {
    const written = event.valueStart === -1 ? '' : getScalarValue(this.#text, event);
    const text = this.#untag(event, written);
    if (event.style === SCALAR_STYLE.PLAIN && event.valueStart !== -1) {
      this.#lookForOdd(event.valueStart, findOdd(this.#text.slice(event.valueStart, event.valueEnd)));
    }
    const isNothing = event.style === SCALAR_STYLE.PLAIN && /^(?:~|null)?$/i.test(text);
    if (isNothing && event.anchorStart !== -1) {
      this.#fault(line, 'the value begins with &, which names a place in YAML, and nothing follows.', QUOTE_IT);
    }
    return {
      kind: 'scalar',
      line: event.valueStart === -1 ? line : this.#lineAt(event.valueStart),
      text: isNothing ? '' : text,
    };
  }

  #lookForOdd(start: number, odd: OddCharacter | undefined): void {
    if (odd === undefined) return;
    const line = this.#lineAt(start + odd.index);
    const column = start + odd.index - (this.#lineStarts[line - 1] ?? 0) + 1;
    this.#odd.push(explainOdd(odd.character, line, column));
  }

  /** Two tags say how a text is written: Ruby's of patterns, and that of bytes. All others leave it as it is. */
  #untag(event: ScalarEvent, written: string): string {
    const tag = this.#tagOf(event);
    if (tag === '!ruby/regexp') return /^\/(.*)\/[imxo]*$/s.exec(written)?.[1] ?? written;
    if (!/^!!?binary$/.test(tag) || written === '') return written;
    const decoded = decodeText(Buffer.from(written, 'base64'));
    if (decoded.text === undefined) {
      this.#fault(this.#lineAt(event.tagStart), 'the value is not text, but bytes.', 'Write it as text, in UTF-8.');
    }
    return decoded.text ?? '';
  }

  #tagOf({ tagStart, tagEnd }: { tagStart: number; tagEnd: number }): string {
    return tagStart === -1 ? '' : this.#text.slice(tagStart, tagEnd);
  }

  #list(line: number): ListNode {
    const items: Node[] = [];
    while (this.#peek()?.type !== EVENT_ID.POP) items.push(this.#node(line));
    this.#take();
    return { kind: 'list', line, items };
  }

  #map(line: number): MapNode {
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    while (this.#peek()?.type !== EVENT_ID.POP) {
      const isPlain = this.#isPlainScalar();
      const key = this.#node(line);
      const value = this.#node(key.line);
      const name = this.#keyText(key, isPlain);
      if (name === '<<' && isPlain) this.#merge(merged, value);
      else if (name !== undefined) this.#enter(own, name, { line: key.line, value });
    }
    this.#take();
    return { kind: 'map', line, entries: new Map([...merged, ...own]) };
  }

  #isPlainScalar(): boolean {
    const event = this.#peek();
    return event?.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN;
  }

  #keyText(key: Node, isPlain: boolean): string | undefined {
    if (key.kind === 'scalar' && key.text !== '') {
      // Ruby wrote symbols with a colon in front; as keys they mean the same.
      return isPlain ? key.text.replace(/^:(?=.)/, '') : key.text;
    }
    this.#fault(key.line, 'a key is expected here.', 'Write lines of the form key: value.');
    return undefined;
  }

  #enter(entries: Map<string, Entry>, name: string, entry: Entry): void {
    const earlier = entries.get(name);
    if (earlier === undefined) entries.set(name, entry);
    else {
      this.#faults.push({
        line: entry.line,
        key: showKey(name),
        problem: `stands here for the second time; the first is on line ${earlier.line}.`,
        remedy: 'Remove one of the two.',
      });
    }
  }

  /** Takes in `<<: *name`: keys of the place named, unless an earlier one gave them already. */
  #merge(merged: Map<string, Entry>, source: Node): void {
    const maps = source.kind === 'list' ? source.items : [source];
    for (const map of maps) {
      if (map.kind !== 'map') {
        if (map.kind === 'list' || map.text !== '') {
          this.#fault(map.line, '<< takes in a section, and this is none.', 'Write << with the name of a section.');
        }
        continue;
      }
      for (const [name, entry] of map.entries) if (!merged.has(name)) merged.set(name, entry);
    }
  }

  #anchored(event: { anchorStart: number; anchorEnd: number; tagStart: number; tagEnd: number }, node: Node): Node {
    if (event.anchorStart !== -1) this.#anchors.set(this.#text.slice(event.anchorStart, event.anchorEnd), node);
    const tag = this.#tagOf(event);
    const isEmpty = node.kind === 'scalar' && node.text === '';
    if (tag !== '' && !(isEmpty ? STANDARD_TAG : KNOWN_TAG).test(tag)) {
      this.#fault(this.#lineAt(event.tagStart), 'the value begins with !, which is a tag in YAML.', QUOTE_IT);
    }
    return node;
  }

  #alias(event: AliasEvent, line: number): Node {
    const node = this.#anchors.get(this.#text.slice(event.anchorStart, event.anchorEnd));
    if (node !== undefined) return node;
    const problem = 'the value begins with *, which stands for another place in YAML, and there is no such place.';
    this.#fault(this.#lineAt(event.anchorStart), problem, QUOTE_IT);
    return { kind: 'scalar', line, text: '' };
  }

  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#lineStarts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  #fault(line: number | undefined, problem: string, remedy: string): void {
    this.#faults.push({ ...(line !== undefined && { line }), problem, remedy });
  }
}

/** The first few lines of many. */
function shorten(lines: readonly number[]): string {
  return lines.length > 5 ? `${lines.slice(0, 5).join(', ')} and ${lines.length - 5} more` : lines.join(', ');
}

/** A key as it may be shown. What does not look like one is cut: a secret may have got where a key belongs. */
export function showKey(key: string): string {
  const name = /^[A-Za-z_][\w.-]{0,39}/.exec(key)?.[0] ?? '';
  return name === key ? key : `${name}…`;
}
