import { createRandom } from '@tunable/core';

import { STREAMS } from './network.ts';

/**
 * Draws dropout masks: each number is 0 or 1 / (share kept).
 *
 * @param rate the share that is dropped, to the nearest 1 / 65,536.
 * @param seed with `epoch` and `layer` it names the stream, which goes on from call to call.
 * @returns fills an array with the next numbers of the stream.
 */
export function maskStream(
  rate: number,
  seed: number,
  epoch: number,
  layer: number,
): (mask: Float32Array) => void {
  const random = createRandom(seed, STREAMS.masks, epoch, layer);
  const kept = Math.max(1, Math.round((1 - rate) * 0x1_0000));
  const scale = 0x1_0000 / kept;
  return (mask) => {
    // One word of the generator decides on two units.
    for (let i = 0; i < mask.length; i += 2) {
      const word = random.integer(0x1_0000_0000);
      mask[i] = (word & 0xffff) < kept ? scale : 0;
      mask[i + 1] = word >>> 16 < kept ? scale : 0;
    }
  };
}
