import { describe, expect, it } from 'vitest';

import { InvalidArgumentError } from '../../errors.ts';
import { float } from '../../hyperparameter/float.ts';
import { createRandom } from '../../math/random.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { simulate } from '../../testing/simulate.ts';
import { associate, fillNiches } from './niching.ts';
import { Normalization } from './normalization.ts';
import { nsga3 } from './nsga3.ts';
import { divisionsFor, referencePoints } from './reference-points.ts';

const unitBox = (dimensions: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)])));

/** DTLZ2 with any number of objectives, the front being the unit sphere; `scales` stretch the objectives. */
const dtlz2 = (objectives: number, scales: readonly number[]) => (p: Record<string, number>) => {
  const x = Object.values(p);
  const radius = 1 + x.slice(objectives - 1).reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
  const values = Array.from({ length: objectives }, (_, j) => {
    let value = radius;
    for (let i = 0; i < objectives - 1 - j; i++) value *= Math.cos((x[i]! * Math.PI) / 2);
    return scales[j]! * (j === 0 ? value : value * Math.sin((x[objectives - 1 - j]! * Math.PI) / 2));
  });
  return { values };
};

describe('nsga3', () => {
  it.each([
    [3, [1, 1, 1]],
    [4, [1, 10, 100, 0.01]],
  ])('spreads over the front of DTLZ2 with %i objectives, whatever their scales %j', (objectives, scales) => {
    const directions = scales.map(() => 'minimize' as const);
    const history = simulate(nsga3(), unitBox(objectives + 7), dtlz2(objectives, scales), {
      trials: 6000,
      directions,
    });
    const references = referencePoints(objectives, objectives === 3 ? 12 : 6);
    const nearest = new Float64Array(references.length / objectives).fill(Infinity);
    for (let trial = 0; trial < history.size; trial++) {
      const point = Float64Array.from(scales, (scale, j) => history.losses(j)[trial]! / scale);
      const { niche } = associate(point, references);
      nearest[niche] = Math.min(nearest[niche]!, Math.hypot(...point) - 1);
    }
    expect(nearest.filter((distance) => distance < 0.05).length / nearest.length).toBeGreaterThan(0.9);
  });

  it('refuses options that mean nothing', () => {
    for (const options of [{ divisions: 0 }, { divisions: 1.5 }, { populationSize: 1 }, { eta: 3 }]) {
      expect(() => nsga3(options as object)).toThrow(InvalidArgumentError);
    }
  });
});

describe('referencePoints', () => {
  it.each([
    [2, 99, 100],
    [3, 12, 91],
    [5, 6, 210],
    [8, 3, 120 + 36],
    [10, 3, 220 + 55],
    [1, 1, 1],
  ])(
    'with %i objectives and %i divisions are %i points of the simplex, as in table I of the paper',
    (m, divisions, count) => {
      const points = referencePoints(m, divisions);
      expect(points.length).toBe(count * m);
      const keys = new Set<string>();
      for (let at = 0; at < points.length; at += m) {
        const point = points.subarray(at, at + m);
        expect(point.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
        expect(point.every((x) => x >= 0)).toBe(true);
        keys.add(point.join());
      }
      expect(keys.size).toBe(count);
    },
  );

  it('are at most as many as asked for', () => {
    expect([1, 2, 3, 4, 5, 20].map((m) => divisionsFor(m, 100))).toEqual([1, 99, 12, 6, 4, 1]);
  });
});

describe('Normalization', () => {
  it('puts the extremes of a plane front at the unit vectors', () => {
    const points = Float64Array.of(1, 6, 3, 2, 2, 4, 1.5, 5);
    const out = new Float64Array(8);
    new Normalization(2).normalize(points, [0, 1, 2, 3], [0, 1, 2, 3], out);
    expect([...out]).toEqual([0, 1, 1, 0, 0.5, 0.5, 0.25, 0.75].map((x) => expect.closeTo(x, 12)));
  });

  it('bears degenerate and infinite fronts', () => {
    const out = new Float64Array(6);
    new Normalization(2).normalize(
      Float64Array.of(1, 1, 1, 1, -Infinity, Infinity),
      [0, 1, 2],
      [0, 1, 2],
      out,
    );
    expect([...out]).toEqual([0, 0, 0, 0, 0, Infinity]);
  });
});

describe('niching', () => {
  it('associates points with the nearest line', () => {
    const references = referencePoints(2, 2);
    expect(associate(Float64Array.of(3, 3), references)).toEqual({ niche: 1, distance: expect.closeTo(0) });
    expect(associate(Float64Array.of(1, 0.1), references)).toEqual({
      niche: 2,
      distance: expect.closeTo(0.1),
    });
  });

  it('serves empty niches first, with their nearest points', () => {
    const front = [
      { niche: 0, distance: 0.1 },
      { niche: 1, distance: 0.3 },
      { niche: 1, distance: 0.2 },
      { niche: 2, distance: 0.5 },
    ];
    const chosen = fillNiches([{ niche: 0, distance: 0 }], front, 2, 3, createRandom(1));
    expect(new Set(chosen)).toEqual(new Set([2, 3]));
    expect(new Set(fillNiches([], front, 9, 3, createRandom(1)))).toEqual(new Set([0, 1, 2, 3]));
  });
});
