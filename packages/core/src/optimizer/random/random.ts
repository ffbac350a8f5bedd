import { checkOptions } from '../../options.ts';
import type { Optimizer } from '../optimizer.ts';

/**
 * Random search (Bergstra & Bengio, JMLR 13, 2012): every leaf drawn uniformly in its unit encoding, so log scales
 * are drawn uniformly in the logarithm and whole numbers, steps and choices with equal probability per value.
 * Serves every space and any number of objectives.
 *
 * @param options there are none; the seed is the study's.
 * @throws {InvalidArgumentError} an option.
 */
export function random(options: { readonly [name: string]: never } = {}): Optimizer {
  checkOptions('random', options, []);
  return {
    name: 'random',
    suggest: ({ space, random, accepts }) => {
      let row = space.sampleRow(random);
      for (let redraw = 0; redraw < 100 && !accepts(row); redraw++) row = space.sampleRow(random);
      return { row };
    },
  };
}
