import { expect, it } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { space } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { startupRow } from './startup.ts';

const s = space({ x: float(0, 1), y: float(1, 1024, { scale: 'log' }), c: categorical(['a', 'b']) });

const rowOf = (
  number: number,
  seed = 3,
  accepts: (row: Float64Array) => boolean = () => true,
): Float64Array =>
  startupRow(
    {
      number,
      space: s,
      directions: ['minimize'],
      history: new TrialTable(s, ['minimize']),
      seed,
      random: createRandom(seed, number),
      accepts,
    },
    10,
  );

it('the startup trials meet each tenth of every range once, and categories equally often', () => {
  const rows = Array.from({ length: 10 }, (_, number) => rowOf(number));
  for (const leaf of [0, 1]) {
    const tenths = rows.map((row) => Math.floor(10 * s.leaves[leaf]!.parameter.toUnit(row[leaf]!)));
    expect(tenths.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
  expect(rows.filter((row) => row[2] === 0)).toHaveLength(5);
});

it('differs between seeds; further trials are plainly random', () => {
  expect(rowOf(0, 1)).not.toEqual(rowOf(0, 2));
  expect(rowOf(10)).toEqual(s.sampleRow(createRandom(3, 10)));
});

it('draws again what is not accepted', () => {
  for (let number = 0; number < 10; number++)
    expect(rowOf(number, 3, (row) => row[0]! > 0.8)[0]).toBeGreaterThan(0.8);
});
