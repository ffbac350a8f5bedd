/**
 * The Sobol low-discrepancy sequence, scrambled, with random access: point n is a function of the seed and n alone.
 *
 * Direction numbers by Joe & Kuo (see `sobol-directions.ts`), points in Gray-code order, as SciPy and Joe & Kuo's own
 * program give them. Scrambling is Owen's nested uniform scrambling ("Randomly permuted (t,m,s)-nets and
 * (t,s)-sequences", 1995), each permutation decided by a hash (Burley, "Practical hash-based Owen scrambling", JCGT 9(4),
 * 2020) of the kind of Laine & Karras ("Stratified sampling for stochastic transparency", 2011) with the constants of
 * N. Vegdahl ("Building a better LK hash", 2021). It keeps the defining property: each aligned run of 2^k points has
 * exactly one in every dyadic interval of length 2^-k, in every dimension.
 *
 * Dimensions beyond 256 use the directions of the first 256 again, at indices that are shuffled within aligned runs (by the
 * same scrambling, applied to the index) and scrambled anew: Burley's "padding". Each keeps the property above; pairs
 * of dimensions from different blocks of 256 are like independent stratified samples.
 */
import { hashIntegers } from './random.ts';
import { DEGREE_COUNTS, DIRECTION_BITS } from './sobol-directions.ts';

/** How many dimensions have directions of their own. */
const TABULATED = 256;
const BITS = 32;

/** A sequence of points of the unit cube; see {@link createSobol}. */
export interface SobolSequence {
  readonly dimensions: number;
  /**
   * Writes point `index` into `target`, by default a new array, and returns it. Coordinates of a scrambled sequence lie
   * strictly between 0 and 1.
   *
   * @param index a whole number from 0 to 2^32 - 1.
   */
  point(index: number, target?: Float64Array): Float64Array;
}

/**
 * The Sobol sequence of `dimensions`, any number of them.
 *
 * @param dimensions a whole number of at least 0.
 * @param seed an integer that decides the scrambling. Without one, the plain sequence, whose first point is the origin;
 *   it has at most 256 dimensions.
 */
export function createSobol(dimensions: number, seed?: number): SobolSequence {
  if (seed === undefined && dimensions > TABULATED) {
    throw new RangeError(
      `the plain Sobol sequence has at most ${TABULATED} dimensions here, not ${dimensions}; give a seed`,
    );
  }
  const directions = reversedDirections(Math.min(dimensions, TABULATED));
  const seeds = Int32Array.from({ length: dimensions }, (_, d) => hashIntegers([seed ?? 0, d]));
  const blockSeeds = Int32Array.from({ length: Math.ceil(dimensions / TABULATED) }, (_, block) =>
    hashIntegers([seed ?? 0, block, 1]),
  );
  const isScrambled = seed !== undefined;
  return {
    dimensions,
    point(index, target = new Float64Array(dimensions)) {
      let shuffled = index;
      for (let d = 0; d < dimensions; d++) {
        if (d > 0 && d % TABULATED === 0) {
          shuffled = reverseBits(permuteLowToHigh(reverseBits(index), blockSeeds[d / TABULATED] as number));
        }
        let reversed = 0;
        let place = (d % TABULATED) * BITS;
        for (let gray = shuffled ^ (shuffled >>> 1); gray !== 0; gray >>>= 1, place++) {
          if ((gray & 1) === 1) reversed ^= directions[place] as number;
        }
        target[d] = isScrambled
          ? ((reverseBits(permuteLowToHigh(reversed, seeds[d] as number)) >>> 0) + 0.5) / 2 ** BITS
          : (reverseBits(reversed) >>> 0) / 2 ** BITS;
      }
      return target;
    },
  };
}

/** A permutation of 32-bit words in which each bit depends on itself and the bits below it only. */
function permuteLowToHigh(word: number, seed: number): number {
  let x = word;
  x ^= Math.imul(x, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return x;
}

function reverseBits(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}

/**
 * The direction numbers, 32 per dimension, their bits reversed: the first binary digit of a coordinate is the lowest bit.
 * With s the degree of the polynomial and a_i its inner coefficients (Joe & Kuo 2008, eq. 2-3, there on m_k = v_k 2^k):
 * v_k = v_{k-s} ^ (v_{k-s} >> s) ^ XOR of the v_{k-i} with a_i = 1.
 */
function reversedDirections(dimensions: number): Int32Array {
  const directions = new Int32Array(dimensions * BITS);
  for (let k = 0; k < Math.min(dimensions, 1) * BITS; k++) directions[k] = 1 << k;
  const next = bitReader(DIRECTION_BITS);
  let d = 1;
  for (let s = 1; d < dimensions; s++) {
    for (let n = 0; n < (DEGREE_COUNTS[s - 1] as number) && d < dimensions; n++, d++) {
      const v = directions.subarray(d * BITS, (d + 1) * BITS);
      const a = next(s - 1);
      for (let k = 0; k < s; k++) v[k] = reverseBits((2 * next(k) + 1) << (BITS - 1 - k));
      for (let k = s; k < BITS; k++) {
        const base = v[k - s] as number;
        let word = base ^ (base << s);
        for (let i = 1; i < s; i++) if (((a >>> (s - 1 - i)) & 1) === 1) word ^= v[k - i] as number;
        v[k] = word;
      }
    }
  }
  return directions;
}

/** Reads whole numbers of so many bits, highest first, from base64. */
function bitReader(base64: string): (bits: number) => number {
  const bytes = atob(base64);
  let position = 0;
  return (bits) => {
    let x = 0;
    for (const end = position + bits; position < end; position++) {
      x = 2 * x + ((bytes.charCodeAt(position >> 3) >> (7 - (position & 7))) & 1);
    }
    return x;
  };
}
