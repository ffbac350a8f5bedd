import { describe, expect, test } from 'vitest';

import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { choice } from '../../space/choice.ts';
import { list } from '../../space/list.ts';
import { space } from '../../space/search-space.ts';
import { createStudy, loadStudy } from '../../study/create-study.ts';
import { random } from '../random/random.ts';
import { sobol } from './sobol.ts';

function tally(values: readonly unknown[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1;
  return counts;
}

const mixed = space({
  rate: float(1e-4, 1, { scale: 'log' }),
  activation: categorical(['relu', 'tanh', 'gelu', 'silu']),
  size: categorical(['s', 'm', 'l', 'xl'], { ordered: true }),
  depth: int(1, 8),
  drop: float(0, 0.7, { step: 0.1 }),
});

describe('sobol', () => {
  test('gives every category, step and whole number its exact share of 2^k trials', async () => {
    const study = await createStudy({ space: mixed, optimizer: sobol(), seed: 7 });
    const params = (await study.ask(64)).map((trial) => trial.params);
    expect(tally(params.map((p) => p.activation))).toEqual({ relu: 16, tanh: 16, gelu: 16, silu: 16 });
    expect(tally(params.map((p) => p.size))).toEqual({ s: 16, m: 16, l: 16, xl: 16 });
    expect(Object.values(tally(params.map((p) => p.depth)))).toEqual(Array(8).fill(8));
    expect(Object.values(tally(params.map((p) => p.drop)))).toEqual(Array(8).fill(8));
    const magnitudes = params.map((p) => Math.floor(-16 * Math.log10(p.rate)));
    expect(Object.values(tally(magnitudes))).toEqual(Array(64).fill(1));
  });

  test('is a function of seed and number: resumed, interrupted and with enqueued trials alike', async () => {
    const whole = await createStudy({ space: mixed, optimizer: sobol(), seed: 3 });
    const expected = (await whole.ask(12)).map((trial) => trial.params);

    const first = await createStudy({ space: mixed, optimizer: sobol(), seed: 3 });
    await first.enqueue({ depth: 8 });
    const head = await first.ask(5);
    await first.tell(head.map((trial) => [trial, 1] as const));
    expect(head.slice(1).map((trial) => trial.params)).toEqual(expected.slice(1, 5));
    const second = await loadStudy(JSON.parse(JSON.stringify(first)), { space: mixed, optimizer: sobol() });
    expect((await second.ask(7)).map((trial) => trial.params)).toEqual(expected.slice(5));

    const other = await createStudy({ space: mixed, optimizer: sobol(), seed: 4 });
    expect((await other.ask(12)).map((trial) => trial.params)).not.toEqual(expected);
  });

  test('proposes the active leaves of conditional spaces only', async () => {
    const conditional = space({
      model: choice({
        linear: { penalty: float(0, 1) },
        net: { layers: list(int(1, 9), { min: 1, max: 3 }) },
      }),
    });
    const study = await createStudy({ space: conditional, optimizer: sobol(), seed: 1 });
    const rows = (await study.ask(32)).map(({ params }) => conditional.encode(params));
    expect(tally(rows.map((row) => row[0]))).toEqual({ 0: 16, 1: 16 });
    for (const row of rows) expect(Number.isNaN(row[1])).toBe(row[0] === 1);
  });

  test('skips points that violate a constraint, and still repeats none', async () => {
    const triangle = space({ x: float(0, 1), y: float(0, 1) }, { where: [(p) => p.x + p.y < 0.5] });
    const study = await createStudy({ space: triangle, optimizer: sobol(), seed: 2 });
    const trials = await study.ask(200);
    expect(trials.every(({ params }) => params.x + params.y < 0.5)).toBe(true);
    expect(new Set(trials.map(({ params }) => params.x)).size).toBe(200);
    expect(study.trials.every((trial) => trial.by === 'sobol')).toBe(true);
    // Evenly within the triangle too: each of its 4 similar parts has a quarter.
    const corner = trials.filter(({ params }) => params.x + params.y < 0.25).length;
    expect(Math.abs(corner - 50)).toBeLessThanOrEqual(8);
  });

  test('evaluates every configuration of a finite space once', async () => {
    const small = space({ a: int(1, 5), b: categorical(['p', 'q', 'r']) });
    const study = await createStudy({ space: small, optimizer: sobol(), seed: 5 });
    await study.optimize(({ a }) => a, { trials: 100 });
    expect(study.trials).toHaveLength(15);
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(15);
    expect(study.trials.every((trial) => trial.by === 'sobol')).toBe(true);
  });

  test('serves spaces of 1,000 parameters', async () => {
    const wide = space(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, float(0, 1)])));
    const study = await createStudy({ space: wide, optimizer: sobol(), seed: 1 });
    const rows = (await study.ask(16)).map(({ params }) => wide.encode(params));
    for (let leaf = 0; leaf < 1000; leaf++) {
      expect(new Set(rows.map((row) => Math.floor((row[leaf] as number) * 16))).size).toBe(16);
    }
  });

  test('comes closer to every point of the square than random search', async () => {
    const square = space({ x: float(0, 1), y: float(0, 1) });
    const farthest = async (optimizer: typeof sobol, seed: number): Promise<number> => {
      const study = await createStudy({ space: square, optimizer: optimizer(), seed });
      const points = (await study.ask(64)).map(({ params }) => params);
      let worst = 0;
      for (let x = 0; x <= 1; x += 0.05) {
        for (let y = 0; y <= 1; y += 0.05)
          worst = Math.max(worst, Math.min(...points.map((p) => Math.hypot(p.x - x, p.y - y))));
      }
      return worst;
    };
    let wins = 0;
    for (let seed = 0; seed < 10; seed++)
      if ((await farthest(sobol, seed)) < (await farthest(random, seed))) wins++;
    expect(wins).toBeGreaterThanOrEqual(8);
  });
});
