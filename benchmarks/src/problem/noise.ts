/**
 * Uniform numbers in [0, 1) by mulberry32 (Tommy Ettinger, public domain): the generator with which the problems'
 * noise and stored vectors were made, so that every language sees the same noise.
 *
 * @param seed its low 32 bits count.
 */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The standard normal number of evaluation `index` in the run `seed`: Box-Muller's cosine branch. */
export function noiseAt(seed: number, index: number, key: number): number {
  const uniform = mulberry32(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) ^ key);
  const [u, v] = [uniform(), uniform()];
  return Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
}
