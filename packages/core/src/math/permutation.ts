import { hashIntegers } from './random.ts';

/** How often the halves are mixed; four rounds make a strong permutation in theory, more help when they are small. */
const ROUNDS = 8;

/**
 * A pseudo-random permutation of 0 .. size-1 with random access: the returned function gives the number at a place,
 * without a table. Equal arguments give equal permutations.
 *
 * A Feistel network over the next power of four, walked until it falls inside (Black & Rogaway, "Ciphers with arbitrary
 * finite domains", CT-RSA 2002): four steps per call on average at most.
 *
 * @param size how many numbers; a whole number from 1 to 2^53.
 * @param seed an integer.
 */
export function createPermutation(size: number, seed: number): (place: number) => number {
  let halfBits = 1;
  while (4 ** halfBits < size) halfBits++;
  const half = 2 ** halfBits;
  const keys = Array.from({ length: ROUNDS }, (_, round) => hashIntegers([seed, round]));
  return (place) => {
    let x = place;
    do {
      let left = Math.floor(x / half);
      let right = x % half;
      for (const key of keys) {
        const mixed = (left ^ (hashIntegers([key, right]) >>> (32 - halfBits))) >>> 0;
        left = right;
        right = mixed;
      }
      x = left * half + right;
    } while (x >= size);
    return x;
  };
}
