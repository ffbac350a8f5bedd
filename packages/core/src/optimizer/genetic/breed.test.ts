import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { breed } from './breed.ts';

const mixed = space({
  rate: float(1e-4, 1, { scale: 'log' }),
  depth: int(1, 4),
  kind: categorical(['a', 'b', 'c']),
  branch: choice({
    x: { width: int(1, 64, { scale: 'log' }), drop: float(0, 1) },
    y: { height: float(0, 1) },
    z: {},
  }),
});

const settings = { crossoverProbability: 1, crossoverEta: 15, mutationProbability: 0, mutationEta: 5 };

function historyOf(searched: SearchSpace, rows: readonly Float64Array[]): TrialTable {
  const history = new TrialTable(searched, ['minimize']);
  for (const [number, row] of rows.entries())
    history.upsert({ number, row, state: 'complete', values: [0], attempt: 1 });
  return history;
}

describe('breed', () => {
  it('makes configurations of the space that differ from both parents', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, mutationProbability) => {
        const random = createRandom(seed);
        const history = historyOf(mixed, [mixed.sampleRow(random), mixed.sampleRow(random)]);
        const row = breed(history, 0, 1, { ...settings, mutationProbability }, random, 1);
        expect(mixed.encode(mixed.decode(row))).toEqual(row);
        expect(row).not.toEqual(history.record(0).row);
        expect(row).not.toEqual(history.record(1).row);
      }),
    );
  });

  it('inherits every category, and what only one parent has, when nothing mutates', () => {
    const wide = space({
      ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, categorical(['a', 'b', 'c'])])),
      branch: choice({ x: { drop: float(0, 1) }, y: { height: float(0, 1) } }),
    });
    const rows = [
      [...Array<number>(30).fill(0), 0, 0.25, Number.NaN],
      [...Array<number>(30).fill(2), 1, Number.NaN, 0.75],
    ];
    const history = historyOf(
      wide,
      rows.map((row) => Float64Array.from(row)),
    );
    const random = createRandom(1);
    const branches = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const row = breed(history, 0, 1, settings, random, 1);
      expect([...new Set(row.subarray(0, 30))].toSorted((a, b) => a - b)).toEqual([0, 2]);
      branches.add(row.subarray(30).join());
    }
    expect([...branches].toSorted()).toEqual(['0,0.25,NaN', '1,NaN,0.75']);
  });

  it('changes every gene of finitely many values when all mutate', () => {
    const row = mixed.encode({ rate: 0.01, depth: 1, kind: 'a', branch: { type: 'z' } });
    const history = historyOf(mixed, [row]);
    const random = createRandom(2);
    for (let i = 0; i < 200; i++) {
      const child = mixed.decode(breed(history, 0, 0, { ...settings, mutationProbability: 1 }, random, 1));
      expect(child.depth).not.toBe(1);
      expect(child.kind).not.toBe('a');
      expect(child.branch.type).not.toBe('z');
    }
  });
});
