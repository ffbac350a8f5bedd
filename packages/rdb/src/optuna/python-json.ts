import type { JsonValue } from '@tunable/core';

/**
 * What Python's `json.loads` gives, in JavaScript: also NaN and infinities, which standard JSON lacks, and whole numbers that a
 * double cannot hold (as bigint).
 */
export type PythonJson =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly PythonJson[]
  | { readonly [key: string]: PythonJson };

/** Words that Python writes for numbers that JSON lacks, and whole numbers of 16 digits or more: what `JSON.parse` cannot read. */
const BEYOND_JSON = /NaN|Infinity|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/;

/**
 * Reads JSON as Python's `json` module writes it: `NaN`, `Infinity` and `-Infinity` stand for numbers, and whole numbers are exact.
 *
 * @throws {SyntaxError} saying where the text is ill-formed.
 */
export function parsePythonJson(text: string): PythonJson {
  // Nine texts in ten are plain JSON, for which the built-in parser is ten times faster.
  return BEYOND_JSON.test(text) ? new Parser(text).parse() : (JSON.parse(text) as PythonJson);
}

/**
 * Writes what Python's `json.dumps` would: ASCII only, `NaN`, `Infinity`, `-Infinity`, and floats as Python spells them (`1e-05`). Since
 * JavaScript has one kind of number, whole ones are written as integers.
 *
 * @param options `compact: true` leaves out the blanks after `,` and `:`, as journal files do.
 */
export function printPythonJson(value: PythonJson, options: { readonly compact?: boolean } = {}): string {
  const blank = options.compact === true ? '' : ' ';
  const print = (item: PythonJson): string => {
    if (typeof item === 'string') return printString(item);
    if (typeof item === 'number') {
      return Number.isSafeInteger(item) && !Object.is(item, -0) ? String(item) : printPythonFloat(item);
    }
    if (typeof item !== 'object' || item === null) return String(item);
    if (isList(item)) return `[${item.map(print).join(`,${blank}`)}]`;
    const members = Object.entries(item).map(
      ([key, member]) => `${printString(key)}:${blank}${print(member)}`,
    );
    return `{${members.join(`,${blank}`)}}`;
  };
  return print(value);
}

/** A float as Python's `repr` and `json.dumps` write it: the shortest digits, with `.0` if whole, `e` below 1e-4 and from 1e16 on. */
export function printPythonFloat(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const magnitude = Math.abs(x);
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e16)) {
    return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  const text = Object.is(x, -0) ? '-0' : String(x);
  return text.includes('.') ? text : `${text}.0`;
}

/** `value` as the core keeps it: numbers that JSON lacks, and whole numbers that a double cannot hold, become their text. */
export function toJsonValue(value: PythonJson): JsonValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(toJsonValue);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toJsonValue(member)]));
}

/** Whether `value` is a list; narrows read-only lists too, which `Array.isArray` does not. */
export function isList(value: PythonJson): value is readonly PythonJson[] {
  return Array.isArray(value);
}

/** Whether `value` is an object of named members. */
export function isObject(value: PythonJson | undefined): value is { readonly [key: string]: PythonJson } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function printString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const WORDS = new Map<string, PythonJson>([
  ['null', null],
  ['true', true],
  ['false', false],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
]);

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): PythonJson {
    const value = this.#value();
    if (this.#at < this.#text.length) throw this.#error('the end');
    return value;
  }

  #value(): PythonJson {
    this.#take(BLANKS);
    const value = this.#bareValue();
    this.#take(BLANKS);
    return value;
  }

  #bareValue(): PythonJson {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      default:
    }
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    const number = this.#take(NUMBER);
    if (number === '') throw this.#error('a value');
    const double = Number(number);
    const isExact = /[.eE]/.test(number) || Number.isSafeInteger(double) || BigInt(double) === BigInt(number);
    return isExact ? double : BigInt(number);
  }

  #object(): PythonJson {
    const members: [string, PythonJson][] = [];
    this.#items('}', () => {
      this.#take(BLANKS);
      const key = this.#string();
      this.#take(BLANKS);
      this.#expect(':');
      members.push([key, this.#value()]);
    });
    return Object.fromEntries(members);
  }

  #array(): PythonJson {
    const items: PythonJson[] = [];
    this.#items(']', () => items.push(this.#value()));
    return items;
  }

  /** What stands between the bracket at the current place and `close`, separated by commas. */
  #items(close: string, readItem: () => void): void {
    this.#at += 1;
    this.#take(BLANKS);
    if (this.#text[this.#at] !== close) {
      readItem();
      while (this.#text[this.#at] === ',') {
        this.#at += 1;
        readItem();
      }
    }
    this.#expect(close);
  }

  #string(): string {
    const literal = this.#take(STRING);
    if (literal === '') throw this.#error('a string');
    return JSON.parse(literal) as string;
  }

  #expect(character: string): void {
    if (this.#text[this.#at] !== character) throw this.#error(`'${character}'`);
    this.#at += 1;
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += text.length;
    return text;
  }

  #error(expected: string): SyntaxError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return new SyntaxError(
      `expected ${expected} at position ${this.#at}, not ${found === '' ? 'the end' : JSON.stringify(found)}`,
    );
  }
}
