import { describe, expect, test } from 'vitest';

import { hypervolume } from '../../analysis/hypervolume.ts';
import { InvalidArgumentError } from '../../errors.ts';
import { boolean, categorical } from '../../hyperparameter/categorical.ts';
import { constant } from '../../hyperparameter/constant.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { list } from '../../space/list.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import type { TrialRecord } from '../../storage/trial-record.ts';
import type { Direction } from '../../study/direction.ts';
import { TrialTable } from '../../study/history.ts';
import type { Optimizer, Suggestion } from '../optimizer.ts';
import { gaussianProcess } from './gaussian-process.ts';

type Outcome = Partial<Pick<TrialRecord, 'state' | 'values' | 'constraints'>>;

/** A study reduced to what an optimizer sees of it. */
class Bench {
  readonly table: TrialTable;
  readonly rows: Float64Array[] = [];
  readonly #known = new Set<string>();
  readonly #seed: number;
  readonly space: SearchSpace;

  constructor(space: SearchSpace, directions: readonly Direction[] = ['minimize'], seed = 1) {
    this.space = space;
    this.table = new TrialTable(space, directions);
    this.#seed = seed;
  }

  suggest(optimizer: Optimizer, number?: number): Float64Array {
    return this.propose(optimizer, number).row;
  }

  propose(optimizer: Optimizer, number: number = this.table.size): Suggestion {
    const { space, table } = this;
    const suggestion = optimizer.suggest({
      number,
      space,
      directions: table.directions,
      history: table,
      seed: this.#seed,
      random: createRandom(this.#seed, number),
      accepts: (row) =>
        space.allows(row) && (space.cardinality === Infinity || !this.#known.has(space.key(row))),
    });
    if (suggestion === null) throw new Error('nothing was suggested');
    return suggestion;
  }

  start(row: Float64Array): number {
    const number = this.table.size;
    this.#known.add(this.space.key(row));
    this.rows.push(row);
    this.table.upsert({ number, state: 'running', row, by: 'gaussianProcess', attempt: 1 });
    return number;
  }

  finish(number: number, outcome: Outcome): void {
    const row = this.rows[number]!;
    this.table.upsert({ number, state: 'complete', row, by: 'gaussianProcess', attempt: 1, ...outcome });
  }

  run(optimizer: Optimizer, trials: number, objective: (params: never, number: number) => Outcome): void {
    for (let i = 0; i < trials; i++) {
      const number = this.start(this.suggest(optimizer));
      this.finish(number, objective(this.space.decode(this.rows[number]!) as never, number));
    }
  }

  /** The best value so far of the first objective. */
  best(): number {
    return Math.min(
      ...this.table.finished.map((trial) => this.table.losses(0)[trial]!).filter((x) => !Number.isNaN(x)),
    );
  }
}

/** Names of the leaves of `rows` that hold what they must not: a value while inactive, none while active, a foreign one. */
function faults(space: SearchSpace, rows: readonly Float64Array[]): string[] {
  return rows.flatMap((row) =>
    space.leaves
      .filter(({ index, parameter, condition }) => {
        const x = row[index]!;
        const isActive =
          condition === undefined ||
          (row[condition.parent]! >= condition.low && row[condition.parent]! <= condition.high);
        return isActive ? !Object.is(parameter.encode(parameter.decode(x)), x) : !Number.isNaN(x);
      })
      .map(({ name, index }) => `${name}: ${row[index]}`),
  );
}

const cube = (dimensions: number): SearchSpace =>
  space(Object.fromEntries(Array.from({ length: dimensions }, (_, i) => [`x${i}`, float(0, 1)])));

const mixed = space({
  rate: float(1e-4, 1, { scale: 'log' }),
  momentum: float(0, 1, { step: 0.1 }),
  units: int(4, 512, { scale: 'log' }),
  flag: boolean(),
  model: choice({
    tree: { depth: int(1, 30), kind: categorical(['a', 'b', 'c']) },
    line: { slope: float(-1, 1), sub: choice({ on: { strength: float(0, 5) }, off: {} }) },
    none: {},
  }),
  layers: list({ width: int(1, 9) }, { min: 0, max: 3 }),
});

type Mixed = { rate: number; units: number; model: { type: string; slope?: number }; layers: unknown[] };

const mixedLoss = ({ rate, units, model, layers }: Mixed): Outcome => ({
  values: [
    (Math.log10(rate) + 2) ** 2 +
      Math.log2(units / 64) ** 2 +
      (model.type === 'line' ? ((model.slope ?? 0) - 0.5) ** 2 : 1) +
      0.3 * Math.abs(layers.length - 2),
  ],
});

describe('gaussianProcess finds', () => {
  test('the minimum of the Branin function to two digits within 40 trials', () => {
    const branin = ({ x, y }: { x: number; y: number }): Outcome => ({
      values: [
        (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
          10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
          10,
      ],
    });
    for (const seed of [1, 2]) {
      const bench = new Bench(space({ x: float(-5, 10), y: float(0, 15) }), ['minimize'], seed);
      bench.run(gaussianProcess(), 40, branin);
      expect(bench.best() - 0.397887).toBeLessThan(5e-3);
    }
  });

  test('the best branch, categories and numbers of a conditional space', () => {
    const bench = new Bench(mixed);
    bench.run(gaussianProcess(), 50, mixedLoss);
    expect(bench.best()).toBeLessThan(0.02);
  });

  test('the constrained minimum, on the boundary of the feasible region', () => {
    const bench = new Bench(cube(2));
    bench.run(gaussianProcess(), 40, ({ x0, x1 }: { x0: number; x1: number }) => ({
      values: [x0 + x1],
      constraints: [0.5 - Math.hypot(x0, x1)],
    }));
    const feasible = bench.table.finished.filter((trial) => bench.table.violations[trial] === 0);
    const best = Math.min(...feasible.map((trial) => bench.table.losses(0)[trial]!));
    expect(best).toBeGreaterThanOrEqual(0.5);
    expect(best).toBeLessThan(0.51);
  });

  test('a feasible region that the initial design misses', () => {
    const bench = new Bench(cube(3));
    bench.run(gaussianProcess(), 40, (params: Record<string, number>) => {
      const distance = Object.values(params).reduce((sum, x) => sum + (x - 0.85) ** 2, 0);
      return { values: [params['x0']!], constraints: [distance - 0.01] };
    });
    expect(bench.table.finished.some((trial) => bench.table.violations[trial] === 0)).toBe(true);
  });

  test.each([2, 3, 4])('a front of %i objectives that beats random search', (objectives) => {
    // DTLZ2 in its usual form, scaled down to objectives + 2 variables.
    const dtlz2 = (params: Record<string, number>): Outcome => {
      const x = Object.values(params);
      const g = x.slice(objectives - 1).reduce((sum, v) => sum + (v - 0.5) ** 2, 0);
      return {
        values: Array.from({ length: objectives }, (_, i) => {
          let y = 1 + g;
          for (let j = 0; j < objectives - 1 - i; j++) y *= Math.cos((x[j]! * Math.PI) / 2);
          return i === 0 ? y : y * Math.sin((x[objectives - 1 - i]! * Math.PI) / 2);
        }),
      };
    };
    const directions = Array.from({ length: objectives }, () => 'minimize' as const);
    const volume = (bench: Bench): number =>
      hypervolume(
        Float64Array.from(
          bench.table.finished.flatMap((t) => directions.map((_, j) => bench.table.losses(j)[t]!)),
        ),
        new Float64Array(objectives).fill(1.2),
      );
    const bench = new Bench(cube(objectives + 2), directions);
    bench.run(gaussianProcess(), 36, dtlz2);
    const random = new Bench(cube(objectives + 2), directions);
    const stream = createRandom(5);
    for (let i = 0; i < 36; i++) {
      const row = random.space.sampleRow(stream);
      random.finish(random.start(row), dtlz2(random.space.decode(row) as Record<string, number>));
    }
    expect(volume(bench)).toBeGreaterThan(1.04 * volume(random));
  });
});

describe('gaussianProcess suggests', () => {
  test('configurations of the space only, categories, steps and conditions included', () => {
    const bench = new Bench(mixed, ['maximize']);
    bench.run(gaussianProcess(), 45, mixedLoss);
    expect(faults(mixed, bench.rows)).toEqual([]);
  });

  test.each([1, 2, 30, 300])('in %i dimensions', (dimensions) => {
    const bench = new Bench(cube(dimensions));
    bench.run(gaussianProcess(), 18, (params: Record<string, number>) => ({
      values: [(params['x0']! - 0.3) ** 2],
    }));
    expect(faults(bench.space, bench.rows)).toEqual([]);
  });

  test('the one configuration of a space without choices', () => {
    const bench = new Bench(space({ fixed: constant(3) }));
    const optimizer = gaussianProcess();
    for (let i = 0; i < 4; i++) expect(bench.suggest(optimizer)).toHaveLength(0);
    bench.run(optimizer, 3, () => ({ values: [1] }));
    expect(bench.suggest(optimizer)).toHaveLength(0);
  });

  test('the centre first', () => {
    const bench = new Bench(cube(3));
    expect([...bench.suggest(gaussianProcess())]).toEqual([0.5, 0.5, 0.5]);
  });

  test('declared defaults first, then the centre, then what it would have without defaults', () => {
    const optimizer = gaussianProcess();
    const rowsOf = (space: SearchSpace): number[][] => {
      const bench = new Bench(space);
      return Array.from({ length: 4 }, () => {
        const row = bench.suggest(optimizer);
        bench.start(row);
        return [...row];
      });
    };
    const plain = rowsOf(space({ x: float(0, 1), y: float(0, 1) }));
    expect(rowsOf(space({ x: float(0, 1, { default: 0.1 }), y: float(0, 1) }))).toEqual([
      [0.1, 0.5],
      ...plain.slice(0, 3),
    ]);
    const centred = space({ x: float(0, 1, { default: 0.5 }), y: float(0, 1) });
    expect(new Set(rowsOf(centred).map((row) => row.join(' '))).size).toBe(4);
    // Only of a branch that is not the default one: nothing is declared of what one would use.
    const branches = space({ m: choice({ a: { x: float(0, 1) }, b: { z: float(0, 1, { default: 0.1 }) } }) });
    expect(rowsOf(branches).every(([, , z]) => z !== 0.1)).toBe(true);
  });

  test.each(['enqueued', 'waiting'])('no defaults of its own where they are %s already', (state) => {
    const bench = new Bench(space({ x: float(0, 1, { default: 0.1 }), y: float(0, 1) }));
    const row = Float64Array.of(0.1, 0.5);
    if (state === 'enqueued')
      bench.table.upsert({ number: 0, state: 'running', row, by: 'enqueued', attempt: 1 });
    else bench.table.upsert({ number: 0, state: 'waiting', row, attempt: 0 });
    bench.rows.push(row);
    const optimizer = gaussianProcess();
    const rows = Array.from({ length: 3 }, () => {
      const next = bench.suggest(optimizer);
      bench.start(next);
      return next;
    });
    expect([...rows[0]!]).toEqual([0.5, 0.5]);
    const plain = new Bench(cube(2));
    plain.start(plain.suggest(optimizer));
    expect([...rows[1]!]).toEqual([...plain.suggest(optimizer)]);
  });

  test('defaults once in a finite space with noise, where repeating is allowed', () => {
    const bench = new Bench(space({ a: int(1, 5, { default: 3 }), b: int(1, 5, { default: 3 }) }));
    const rows = Array.from({ length: 2 }, (_, number) => {
      const { row } = gaussianProcess().suggest({
        number,
        space: bench.space,
        directions: ['minimize'],
        history: bench.table,
        seed: 1,
        random: createRandom(1, number),
        accepts: () => true,
      })!;
      bench.start(row);
      return row.join(' ');
    });
    expect(rows[0]).toBe('3 3');
    expect(rows[1]).not.toBe('3 3');
  });

  test('every configuration of a finite space once', () => {
    const finite = space({ a: int(1, 4), b: categorical(['x', 'y', 'z']), c: boolean() });
    const bench = new Bench(finite);
    bench.run(gaussianProcess(), 24, ({ a, b }: { a: number; b: string }) => ({
      values: [a + (b === 'y' ? 0 : 1)],
    }));
    expect(new Set(bench.rows.map((row) => finite.key(row))).size).toBe(24);
  });

  test('no configuration twice where repeating would be in vain', () => {
    // Half of the space is a single point; the loss is best there.
    const bench = new Bench(space({ m: choice({ fixed: {}, free: { x: float(0, 1) } }) }));
    bench.run(gaussianProcess(), 25, ({ m }: { m: { type: string; x?: number } }) => ({
      values: [m.type === 'fixed' ? 0 : 1 + m.x!],
    }));
    expect(new Set(bench.rows.map((row) => bench.space.key(row))).size).toBe(25);
  });

  test('only what the constraints of the space allow', () => {
    const triangle = space({ x: float(0, 1), y: float(0, 1) }, { where: [(p) => p.x + p.y <= 0.5] });
    const bench = new Bench(triangle);
    bench.run(gaussianProcess(), 30, ({ x, y }: { x: number; y: number }) => ({ values: [-x - 2 * y] }));
    for (const row of bench.rows) expect(triangle.allows(row)).toBe(true);
    expect(bench.best()).toBeLessThan(-0.98);
  });
});

test('constraints of the space that reject nearly everything are lived with', () => {
  const ring = space(
    { x: float(-1, 1), y: float(-1, 1) },
    { where: [(p) => Math.abs(Math.hypot(p.x, p.y) - 0.9) < 0.001] },
  );
  const bench = new Bench(ring);
  bench.run(gaussianProcess(), 30, ({ x, y }: { x: number; y: number }) => ({ values: [x + 2 * y] }));
  for (const row of bench.rows) expect(ring.allows(row)).toBe(true);
  expect(bench.best()).toBeLessThan(-0.9 * Math.sqrt(5) + 0.1);
});

describe('a suggestion is a function of history, seed and number', () => {
  test.each([
    ['a mixed space', mixed, ['minimize'], 62],
    ['several objectives and a constraint', mixed, ['minimize', 'maximize'], 26],
  ] as const)(
    'an optimizer that has seen it all and a fresh one agree: %s',
    (_, space, directions, trials) => {
      const optimizer = gaussianProcess();
      const bench = new Bench(space, directions);
      const pairs: [old: string, fresh: string][] = [];
      for (let number = 0; number < trials; number++) {
        const row = bench.suggest(optimizer);
        if (number % 11 === 3) pairs.push([row.join(' '), bench.suggest(gaussianProcess()).join(' ')]);
        const params = mixed.decode(row) as unknown as Mixed;
        const values = [...mixedLoss(params).values!, params.units].slice(0, directions.length);
        bench.finish(
          bench.start(row),
          directions.length === 1 ? { values } : { values, constraints: [params.rate - 0.1] },
        );
      }
      expect(pairs.map(([, fresh]) => fresh)).toEqual(pairs.map(([old]) => old));
    },
  );

  test('whatever the order in which trials finished', () => {
    const rows = Array.from({ length: 14 }, (_, i) => mixed.sampleRow(createRandom(9, i)));
    const suggestionAfter = (order: readonly number[]): Float64Array => {
      const bench = new Bench(mixed);
      const optimizer = gaussianProcess();
      for (const row of rows) bench.start(row);
      for (const number of order) {
        bench.finish(number, mixedLoss(mixed.decode(rows[number]!) as unknown as Mixed));
        bench.suggest(optimizer, rows.length);
      }
      return bench.suggest(optimizer, rows.length);
    };
    const ascending = Array.from(rows.keys());
    const first = suggestionAfter(ascending);
    expect([...suggestionAfter(ascending.toReversed())]).toEqual([...first]);
    expect([...suggestionAfter(createRandom(4).shuffle([...ascending]))]).toEqual([...first]);
  });

  test('and other seeds suggest otherwise', () => {
    const rows = [1, 2].map((seed) => {
      const bench = new Bench(cube(2), ['minimize'], seed);
      bench.run(gaussianProcess(), 8, ({ x0 }: { x0: number }) => ({ values: [x0] }));
      return bench.rows[7]!.join(' ');
    });
    expect(rows[0]).not.toBe(rows[1]);
  });

  test('one optimizer serves several studies at a time', () => {
    const shared = gaussianProcess();
    const [a, b] = [new Bench(cube(2)), new Bench(mixed)];
    const alone = new Bench(cube(2));
    const loss = ({ x0, x1 }: { x0: number; x1: number }): Outcome => ({
      values: [x0 * x1 + (x0 - 0.4) ** 2],
    });
    for (let i = 0; i < 10; i++) {
      a.run(shared, 1, loss);
      b.run(shared, 1, mixedLoss);
    }
    alone.run(gaussianProcess(), 10, loss);
    expect(a.rows).toEqual(alone.rows);
  });
});

describe('trials without a result', () => {
  test('running ones keep later suggestions at a distance', () => {
    const bench = new Bench(cube(2));
    // With more, the models know this function so well that each proposes its own minimum again and again.
    bench.run(gaussianProcess(), 4, ({ x0, x1 }: { x0: number; x1: number }) => ({
      values: [(x0 - 0.3) ** 2 + (x1 - 0.6) ** 2 + 0.1 * Math.sin(9 * x0 * x1)],
    }));
    const optimizer = gaussianProcess();
    const batch = Array.from({ length: 6 }, () => {
      const row = bench.suggest(optimizer);
      bench.start(row);
      return row;
    });
    for (const [i, a] of batch.entries()) {
      for (const b of batch.slice(0, i))
        expect(Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!)).toBeGreaterThan(1e-2);
    }
  });

  test('running ones do not hold up the initial design', () => {
    const bench = new Bench(cube(3));
    const optimizer = gaussianProcess();
    const rows = Array.from({ length: 10 }, () => {
      const row = bench.suggest(optimizer);
      bench.start(row);
      return row.join(' ');
    });
    expect(new Set(rows).size).toBe(10);
  });

  test('failed ones are avoided', () => {
    const bench = new Bench(cube(2));
    bench.run(gaussianProcess(), 40, ({ x0, x1 }: { x0: number; x1: number }) =>
      x0 > 0.6 ? { state: 'failed' } : { values: [(x0 - 0.55) ** 2 + (x1 - 0.2) ** 2] },
    );
    expect(bench.table.completeCount).toBeGreaterThan(28);
    expect(bench.best()).toBeLessThan(1e-3);
  });

  test('pruned ones teach, with and without a value', () => {
    const bench = new Bench(cube(2));
    bench.run(gaussianProcess(), 30, ({ x0 }: { x0: number }, number) => {
      if (x0 <= 0.5) return { values: [(x0 - 0.2) ** 2] };
      return number % 2 === 0 ? { state: 'pruned', values: [x0] } : { state: 'pruned' };
    });
    expect(bench.best()).toBeLessThan(1e-3);
  });
});

describe('degenerate histories', () => {
  const outcomes: [string, (number: number) => Outcome][] = [
    ['all failed', () => ({ state: 'failed' })],
    ['all pruned without a value', () => ({ state: 'pruned' })],
    ['constant values', () => ({ values: [7] })],
    ['one finite value among failures', (n) => (n === 4 ? { values: [1] } : { state: 'failed' })],
    ['infinities', (n) => ({ values: [[Infinity, -Infinity, n][n % 3]!] })],
    ['nothing but infinities', () => ({ values: [Infinity] })],
    ['huge values', (n) => ({ values: [(n % 5) * 1e307 * (n % 2 === 0 ? 1 : -1)] })],
    ['tiny values', (n) => ({ values: [n * 5e-324] })],
    ['one value far beyond the others', (n) => ({ values: [n === 3 ? 1e300 : n % 4] })],
    ['impossible constraints', (n) => ({ values: [n], constraints: [1 + n, Infinity] })],
    [
      'constraints told now and then',
      (n) => ({ values: [n], ...(n % 3 === 0 ? { constraints: [n - 9] } : {}) }),
    ],
  ];
  test.each(outcomes)('%s', (_, outcome) => {
    const bench = new Bench(mixed);
    bench.run(gaussianProcess(), 24, (_params, number) => outcome(number));
    expect(faults(mixed, bench.rows)).toEqual([]);
  });

  test('several objectives that are equal, infinite or missing', () => {
    const bench = new Bench(cube(2), ['minimize', 'maximize']);
    const told: Outcome[] = [
      { values: [1, 1] },
      { values: [Infinity, 0] },
      { state: 'failed' },
      { state: 'pruned', values: [2] },
    ];
    bench.run(gaussianProcess(), 20, (_params, number) => told[number % told.length]!);
    expect(faults(bench.space, bench.rows)).toEqual([]);
  });

  test('a history longer than a model is built on', () => {
    const bench = new Bench(cube(3));
    const loss = (row: Float64Array): Outcome => ({
      values: [row.reduce((sum, x) => sum + (x - 0.3) ** 2, 0)],
    });
    const random = createRandom(2);
    for (let i = 0; i < 150; i++) {
      const row = bench.space.sampleRow(random);
      bench.finish(bench.start(row), loss(row));
    }
    const before = bench.best();
    const optimizer = gaussianProcess({ maxObservations: 40 });
    for (let i = 0; i < 10; i++) {
      const row = bench.suggest(optimizer);
      bench.finish(bench.start(row), loss(row));
    }
    expect([...bench.suggest(gaussianProcess({ maxObservations: 40 }))]).toEqual([
      ...bench.suggest(optimizer),
    ]);
    expect(bench.best()).toBeLessThan(before / 10);
  });
});

test('options are checked', () => {
  expect(() => gaussianProcess({ initialTrials: 0 })).toThrow(InvalidArgumentError);
  expect(() => gaussianProcess({ maxObservations: 2.5 })).toThrow(/maxObservations/);
  expect(() => gaussianProcess({ startup: 3 } as object)).toThrow(/startup/);
});

test('initialTrials sets the length of the initial design, which does not look at values', () => {
  const designs = [1, -1].map((sign) => {
    const bench = new Bench(cube(2));
    bench.run(gaussianProcess({ initialTrials: 8 }), 9, ({ x0 }: { x0: number }) => ({
      values: [sign * x0],
    }));
    return bench.rows.map((row) => row.join(' '));
  });
  expect(designs[0]!.slice(0, 8)).toEqual(designs[1]!.slice(0, 8));
  expect(designs[0]![8]).not.toBe(designs[1]![8]);
});

test.each([
  // The one spans orders of magnitude; the other is a sum over hyperparameters, and as often good as bad.
  ['log losses', (x: number, y: number) => Math.exp(14 * Math.hypot(x - 0.3, y - 0.6))],
  ['losses', (x: number, y: number) => Math.sin(6 * x) + Math.cos(5 * y)],
])('the model of the %s has more turns where it predicts better', (name, loss) => {
  const bench = new Bench(cube(2));
  const random = createRandom(4);
  for (let i = 0; i < 20; i++) {
    const row = Float64Array.of(random.uniform(), random.uniform());
    bench.finish(bench.start(row), { values: [loss(row[0]!, row[1]!)] });
  }
  const optimizer = gaussianProcess();
  let turns = 0;
  for (let i = 0; i < 8; i++) {
    const { row, why } = bench.propose(optimizer);
    bench.start(row);
    if (why === `expected improvement, model of the ${name}`) turns++;
  }
  // All that go by prediction and half of the others: six, or about.
  expect(turns).toBeGreaterThanOrEqual(5);
  expect(turns).toBeLessThan(8);
});
