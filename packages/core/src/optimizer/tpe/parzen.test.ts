import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { TrialTable } from '../../study/history.ts';
import { Candidates } from './candidates.ts';
import { Components } from './components.ts';
import { ParzenMixture } from './parzen.ts';

/** A history with these rows, as running trials. */
function historyOf(s: SearchSpace, rows: readonly (readonly number[])[]): TrialTable {
  const history = new TrialTable(s, ['minimize']);
  for (const [number, row] of rows.entries()) {
    history.upsert({ number, state: 'running', row: Float64Array.from(row), attempt: 1 });
  }
  return history;
}

function componentsOf(trials: readonly number[], weight: (trial: number) => number = () => 1): Components {
  const components = new Components();
  for (const trial of trials) components.add(trial, weight(trial));
  return components;
}

/** The densities of a fresh mixture of all trials at the given rows. */
function densities(s: SearchSpace, rows: readonly (readonly number[])[], at: readonly (readonly number[])[]) {
  const history = historyOf(s, rows);
  const mixture = new ParzenMixture(s.leaves, at.length);
  mixture.update(componentsOf(rows.map((_, i) => i)), 1, history);
  const candidates = new Candidates(s.leaves, at.length);
  for (const [c, row] of at.entries()) row.forEach((x, j) => candidates.columns[j]!.set(c, x));
  const out = new Float64Array(at.length);
  mixture.logDensities(candidates, out);
  return out.map(Math.exp);
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, x) => total + x, 0);

describe('the density of a mixture', () => {
  const middles = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000);

  it('integrates to 1 over a real parameter', () => {
    const s = space({ x: float(0, 1) });
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (xs) => {
        const total = sum(
          densities(
            s,
            xs.map((x) => [x]),
            middles.map((x) => [x]),
          ),
        );
        expect(total / 2000).toBeCloseTo(1, 3);
      }),
      { numRuns: 30 },
    );
  });

  it('integrates to 1 over two parameters, one of them on a log scale, and a category', () => {
    const s = space({
      x: float(-2, 3),
      rate: float(1e-4, 1, { scale: 'log' }),
      c: categorical(['a', 'b', 'c']),
    });
    const rows = [
      [0, 0.01, 2],
      [0.5, 0.02, 1],
      [2.9, 1, 1],
      [-2, 0.5, 2],
    ];
    const grid = [];
    for (let i = 0; i < 100; i++) {
      for (let j = 0; j < 100; j++) {
        for (let c = 0; c < 3; c++) grid.push([-2 + (i + 0.5) / 20, 10 ** (-4 + (j + 0.5) / 25), c]);
      }
    }
    expect(sum(densities(s, rows, grid)) / 10_000).toBeCloseTo(1, 3);
  });

  it.each([
    ['few whole numbers', int(1, 4)],
    ['a hundred whole numbers', int(1, 100)],
    ['steps', float(0, 1, { step: 0.05 })],
    ['whole numbers on a log scale', int(1, 1024, { scale: 'log' })],
    ['ordered categories', categorical(['s', 'm', 'l'], { ordered: true })],
    ['unordered categories', categorical(['x', 'y', 'z', 'w'])],
  ])('sums to 1 over %s', (_, parameter) => {
    const s = space({ x: parameter });
    const values = Array.from({ length: parameter.cardinality }, (_value, i) => [
      parameter.fromUnit(parameter.isNominal ? i : (i + 0.5) / parameter.cardinality),
    ]);
    const all = new Map(
      Array.from({ length: 20_000 }, (_value, i) =>
        parameter.fromUnit(parameter.isNominal ? i % 4 : i / 20_000),
      ).map((x) => [x, [x]]),
    );
    expect(all.size).toBe(parameter.cardinality);
    const rows = [values[0]!, values[1]!, values[1]!, values.at(-1)!, values.at(-1)!];
    expect(Math.abs(sum(densities(s, rows, [...all.values()])) - 1)).toBeLessThan(0.005);
  });

  it('of one trial in the middle is a truncated Gaussian of half the range, and the prior', () => {
    const s = space({ x: float(0, 1) });
    const [atCentre, atEnd] = densities(s, [[0.5]], [[0.5], [1]]) as unknown as [number, number];
    // Gap 0.5 to both ends; Φ(1) - Φ(-1) = 0.682689492.
    const peak = 0.3989422804014327 / 0.5 / 0.6826894921370859;
    expect(atCentre).toBeCloseTo(0.5 * peak + 0.5, 12);
    expect(atEnd).toBeCloseTo(0.5 * peak * Math.exp(-0.5) + 0.5, 12);
  });

  it('gives each kernel the larger gap to its neighbours as bandwidth, within limits', () => {
    const s = space({ x: float(0, 1) });
    const [far] = densities(s, [[0.2], [0.22], [0.7]], [[0.7]]) as unknown as [number];
    // Bandwidths 0.04 (the least: a fifth, for one parameter, of 1 / (2 + 3)), 0.48 and 0.48.
    const kernel = (centre: number, bandwidth: number): number => {
      const z = (u: number): number => (u - centre) / bandwidth;
      const steps = Array.from({ length: 10_000 }, (_, i) => Math.exp(-0.5 * z((i + 0.5) / 10_000) ** 2));
      return Math.exp(-0.5 * z(0.7) ** 2) / (sum(steps) / 10_000);
    };
    expect(far).toBeCloseTo((kernel(0.2, 0.04) + kernel(0.22, 0.48) + kernel(0.7, 0.48) + 1) / 4, 6);
  });
});

describe('a mixture that follows changing trials', () => {
  const s = space({
    x: float(0, 1),
    n: int(1, 6),
    k: int(1, 500, { scale: 'log' }),
    c: categorical(['a', 'b', 'c']),
  });

  it('is the same, to the last bit, as one made anew', () => {
    const total = 60;
    const rows = Array.from({ length: total }, (_, i) => [...s.drawRow(createRandom(3, i >> 1))]);
    const history = historyOf(s, rows);
    const candidates = new Candidates(s.leaves, 8);
    for (let c = 0; c < 8; c++) {
      const row = s.drawRow(createRandom(4, c));
      row.forEach((x, j) => candidates.columns[j]!.set(c, x));
    }
    const subset = fc.subarray(rows.map((_, i) => i));
    fc.assert(
      fc.property(fc.array(subset, { minLength: 1, maxLength: 8 }), (subsets) => {
        const following = new ParzenMixture(s.leaves, 8);
        for (const trials of subsets)
          following.update(
            componentsOf(trials, (i) => 1 + (i % 3)),
            1,
            history,
          );
        const fresh = new ParzenMixture(s.leaves, 8);
        fresh.update(
          componentsOf(subsets.at(-1)!, (i) => 1 + (i % 3)),
          1,
          history,
        );
        const [a, b] = [new Float64Array(8), new Float64Array(8)];
        following.logDensities(candidates, a);
        fresh.logDensities(candidates, b);
        expect(a).toEqual(b);
        const [p, q] = [new Candidates(s.leaves, 1), new Candidates(s.leaves, 1)];
        following.draw(p, 0, createRandom(9));
        fresh.draw(q, 0, createRandom(9));
        expect(p.columns.map((column) => column.numbers[0])).toEqual(
          q.columns.map((column) => column.numbers[0]),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('draws from a mixture', () => {
  it('are as frequent as their density says', () => {
    const s = space({ n: int(1, 8), c: categorical(['a', 'b', 'c']) });
    const rows = [
      [2, 0],
      [2, 0],
      [3, 1],
      [7, 1],
    ];
    const history = historyOf(s, rows);
    const mixture = new ParzenMixture(s.leaves, 1);
    mixture.update(componentsOf([0, 1, 2, 3]), 1, history);
    const cells = Array.from({ length: 24 }, (_, i) => [1 + (i % 8), Math.floor(i / 8)]);
    const expected = densities(s, rows, cells);
    const counts = new Float64Array(24);
    const random = createRandom(11);
    const candidate = new Candidates(s.leaves, 1);
    const draws = 40_000;
    for (let i = 0; i < draws; i++) {
      mixture.draw(candidate, 0, random);
      const [n, c] = candidate.columns.map(({ numbers }) => numbers[0]!) as [number, number];
      counts[n - 1 + 8 * c]!++;
    }
    for (const [i, count] of counts.entries())
      expect(Math.abs(count / draws - expected[i]!)).toBeLessThan(0.008);
  });

  it('stay in the range, however wide the kernels', () => {
    const s = space({ x: float(-1, 1), k: int(0, 2) });
    const mixture = new ParzenMixture(s.leaves, 1);
    mixture.update(componentsOf([0]), 1e-6, historyOf(s, [[1, 0]]));
    const candidate = new Candidates(s.leaves, 1);
    const random = createRandom(1);
    for (let i = 0; i < 1000; i++) {
      mixture.draw(candidate, 0, random);
      expect(Math.abs(candidate.columns[0]!.numbers[0]!)).toBeLessThanOrEqual(1);
      expect([0, 1, 2]).toContain(candidate.columns[1]!.numbers[0]);
    }
  });
});
