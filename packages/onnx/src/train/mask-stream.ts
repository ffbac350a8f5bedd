import { createRandom } from '@tunable/core';

import { STREAMS } from './network.ts';

/**
 * Draws dropout masks: each number is 0 or 1 / (share kept). By the generator xorshift128 (Marsaglia, "Xorshift RNGs", Journal
 * of Statistical Software 8(14), 2003, section 4), of which one word decides on two units: masks are drawn for every unit of every
 * row, and have to cost little beside the training itself.
 *
 * @param rate the share that is dropped, to the nearest 1 / 65,536.
 * @param seed with `epoch` and `layer` it names the stream, which goes on from call to call.
 * @returns fills an array with the next numbers of the stream; an odd length leaves half a word unused.
 */
export function maskStream(
  rate: number,
  seed: number,
  epoch: number,
  layer: number,
): (mask: Float32Array) => void {
  const random = createRandom(seed, STREAMS.masks, epoch, layer);
  const word = (): number => random.integer(0x1_0000_0000) | 0;
  // All zeros would stay zeros.
  const state = Int32Array.of(word(), word(), word(), word() | 1);
  const kept = Math.max(1, Math.round((1 - rate) * 0x1_0000));
  const scale = 0x1_0000 / kept;
  return (mask) => {
    let [x, y, z, w] = state as unknown as [number, number, number, number];
    for (let i = 0; i < mask.length; i += 2) {
      const t = x ^ (x << 11);
      x = y;
      y = z;
      z = w;
      w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
      // The sign of the difference, without a branch that half of the time goes the other way.
      mask[i] = scale * (((w & 0xffff) - kept) >>> 31);
      mask[i + 1] = scale * (((w >>> 16) - kept) >>> 31);
    }
    state.set([x, y, z, w]);
  };
}
