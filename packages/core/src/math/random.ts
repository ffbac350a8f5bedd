/**
 * Seeded random numbers: xoshiro128** (Blackman & Vigna, "Scrambled linear pseudorandom number generators",
 * ACM TOMS 47(4), 2021), its state filled by a 32-bit splitmix-style hash of the seed parts.
 *
 * A stream is named by integers, `createRandom(seed, trialNumber)`, never by how many numbers were drawn before:
 * that is what makes a suggestion a function of the history and the seed alone.
 */
export interface Random {
  /** A uniform number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** A uniform integer in [0, n); `n` is an integer in 1..2^32. */
  integer(n: number): number;
  /** A standard normal number (Marsaglia's polar method). */
  normal(): number;
  /** Permutes `array` in place (Fisher-Yates) and returns it. */
  shuffle<A extends Shuffleable>(array: A): A;
  /** A new, independent stream named by this stream's seed and `key`; draws nothing from this stream. */
  fork(key: number): Random;
}

/** What {@link Random.shuffle} can permute: any array, typed ones too. */
export interface Shuffleable {
  /** What the entries are does not matter; they are only swapped. */
  [index: number]: unknown;
  /** How many entries there are. */
  readonly length: number;
}

/** The stream named by `parts`: equal parts give equal streams. Each part is reduced to a 32-bit integer. */
export function createRandom(...parts: readonly number[]): Random {
  return new Xoshiro128(hashIntegers(parts));
}

/** A 32-bit hash of integers (murmur3's mixing steps); order matters. */
export function hashIntegers(parts: readonly number[]): number {
  let h = 0x9747b28c;
  for (const part of parts) {
    // Two words per part, so that seeds above 2^32 differ from their low halves.
    h = mixWord(h, part | 0);
    h = mixWord(h, Math.floor(part / 0x1_0000_0000) | 0);
  }
  return finalize(h ^ parts.length);
}

/** A 32-bit hash of a string's UTF-16 code units. */
export function hashString(text: string): number {
  let h = 0x2545f491;
  for (let i = 0; i < text.length; i++) h = mixWord(h, text.charCodeAt(i));
  return finalize(h ^ text.length);
}

function mixWord(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  h ^= Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

function finalize(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

class Xoshiro128 implements Random {
  readonly #seed: number;
  #a: number;
  #b: number;
  #c: number;
  #d: number;
  #spare = Number.NaN;

  constructor(seed: number) {
    this.#seed = seed;
    // A Weyl sequence through a bijective mixer: four distinct words, so the state is never all zero.
    this.#a = finalize(seed + 0x9e3779b9);
    this.#b = finalize(seed + 0x3c6ef372);
    this.#c = finalize(seed + 0xdaa66d2b);
    this.#d = finalize(seed + 0x78dde6e4);
  }

  #next(): number {
    const scrambled = Math.imul(this.#b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }

  uniform(): number {
    return ((this.#next() >>> 5) * 0x4000000 + (this.#next() >>> 6)) / 0x20000000000000;
  }

  integer(n: number): number {
    // Rejection of the last, incomplete copy of 0..n-1 keeps every value equally likely.
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % n);
    let word = this.#next();
    while (word >= limit) word = this.#next();
    return word % n;
  }

  normal(): number {
    if (!Number.isNaN(this.#spare)) {
      const spare = this.#spare;
      this.#spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const u = 2 * this.uniform() - 1;
      const v = 2 * this.uniform() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = v * factor;
      return u * factor;
    }
  }

  shuffle<A extends Shuffleable>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = array[i];
      array[i] = array[j];
      array[j] = held;
    }
    return array;
  }

  fork(key: number): Random {
    return new Xoshiro128(hashIntegers([this.#seed, key]));
  }
}
