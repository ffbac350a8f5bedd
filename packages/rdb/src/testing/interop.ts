import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  boolean,
  categorical,
  choice,
  constant,
  createStudy,
  float,
  int,
  list,
  noPruning,
  openStudy,
  random,
  space,
  TrialPruned,
  when,
  type SearchSpace,
  type Storage,
} from '@tunable/core';

import { isObject } from '../optuna/python-json.ts';
import { inPythonsWords, type DescribedStudy } from './compare.ts';
import type { Proof } from './proofs.ts';
import type { Python } from './python.ts';

/** A database that both languages reach. */
export interface SharedDatabase {
  /** As Python is told of it: a URL of SQLAlchemy's. */
  readonly url: string;
  /** The storage in this process. */
  open(): Storage;
}

/** The space that the programs of both languages search. */
const COMMON = space({ x: float(-5, 5), y: int(1, 8), kind: categorical(['a', 'b']) });

const loss = ({ x, y, kind }: { x: number; y: number; kind: string }): number =>
  (x - 1) ** 2 + y + Number(kind === 'b');

/**
 * What must hold of a database that programs of this library and of Optuna in Python share.
 *
 * @param makeDatabase makes an empty one.
 */
export function interopProofs(makeDatabase: () => Promise<SharedDatabase>, python: Python): readonly Proof[] {
  const list: Proof[] = [];
  const add = (name: string, run: (database: SharedDatabase) => Promise<void>): void =>
    void list.push({ name, run: async () => run(await makeDatabase()) });

  add('a database of ours has the tables of Optuna, down to the names of the indices', async (ours) => {
    const pythons = await makeDatabase();
    await createCommon(ours, 'any');
    assert.deepEqual(await python.run('schema', ours.url), await python.run('schema', pythons.url));
  });

  add(
    'studies of Python open here with every value, before and after both have gone on',
    async (database) => {
      await python.run('make', database.url);
      await compareAll(database, python);
      const study = await openStudy({ name: 'single', storage: database.open(), optimizer: random() });
      for (let i = 0; i < 4; i++) {
        const trial = await study.ask();
        assert.ok(trial !== null);
        await trial.report(3, 0.5);
        await study.tell(trial, { value: 1 - i, constraints: [1, 2], attributes: { by: 'tunable' } });
      }
      await study.close();
      await python.run('go_on', database.url, '3');
      await compareAll(database, python);
    },
  );

  add('studies of ours are read by Python with every value', async (database) => {
    await makeEventful(database.open());
    await makeTwoSided(database.open());
    await compareAll(database, python);
  });

  add('Python continues a study of ours, we go on, and Python shows it all', async (database) => {
    const study = await createCommon(database, 'relay');
    await study.optimize(loss, { trials: 15 });
    await study.close();
    assert.deepEqual(await python.run('optimize', database.url, 'relay', '30'), { complete: 30 });
    const again = await openStudy({ name: 'relay', storage: database.open(), space: COMMON });
    assert.equal(again.trials.length, 30);
    for (const { params, value } of again.trials) assert.ok(Math.abs(loss(params) - Number(value)) < 1e-9);
    assert.deepEqual(
      again.trials.map(({ attributes }) => attributes['by'] ?? 'tunable'),
      Array.from({ length: 30 }, (_, i) => (i < 15 ? 'tunable' : 'python')),
    );
    await again.optimize(loss, { trials: 40 });
    const look = await python.run('look', database.url, 'relay');
    assert.ok(isObject(look));
    assert.equal(look['best'], again.best.number);
    assert.equal(look['value'], again.best.value);
    assert.deepEqual(look['params'], again.best.params);
    assert.deepEqual(look['importances'], ['kind', 'x', 'y']);
    for (const plot of (look['plots'] ?? []) as [string, boolean][]) assert.deepEqual(plot[1], true);
    if (look['frame'] !== null) assert.equal(look['frame'], 40);
    await again.close();
    await compareAll(database, python);
  });

  add(
    'a study that Python made takes the space that is declared here, before its first trial and after',
    async (database) => {
      await python.run('create', database.url, 'theirs');
      const declared = space({
        x: float(-5, 5),
        y: int(1, 8, { default: 2 }),
        kind: categorical(['a', 'b']),
      });
      const open = () => openStudy({ name: 'theirs', storage: database.open(), space: declared });
      const study = await open();
      await study.optimize((params) => loss(params), { trials: 3 });
      await study.close();
      await python.run('more', database.url, 'theirs', '3');
      const again = await open();
      await again.optimize((params) => loss(params), { trials: 8 });
      for (const { params, value } of again.trials) assert.ok(Math.abs(loss(params) - Number(value)) < 1e-9);
      await again.close();
      await python.run('make', database.url);
      const conditional = space({
        lr: float(1e-5, 0.1, { scale: 'log' }),
        opt: categorical(['adam', 'sgd', null, 3, true, 1.5]),
        beta: when({ opt: 'adam' }, float(0.8, 0.99)),
      });
      const single = await openStudy({ name: 'single', storage: database.open(), space: conditional });
      const told = single.trials.find(({ params }) => params.opt === 'adam');
      assert.ok(told !== undefined && (told.params.beta as number) >= 0.8);
      const trial = await single.ask();
      assert.ok(trial !== null);
      await single.tell(trial, 0);
      await single.close();
      await compareAll(database, python);
    },
  );

  add(
    'a space declared for a study of Python is kept with its first trial, if it describes theirs',
    async (database) => {
      const { url } = database;
      await python.run('create', url, 'theirs');
      const storage = database.open();
      const x = float(-5, 5);
      const early = await openStudy({ name: 'theirs', storage });
      await assert.rejects(early.ask(), /had no parameters yet to tell its space from/);
      await early.close();
      await python.run('more', url, 'theirs', '5');
      const open = (declared?: SearchSpace) =>
        openStudy({ name: 'theirs', storage, ...(declared === undefined ? {} : { space: declared }) });
      const refused: readonly [SearchSpace, RegExp][] = [
        [space({ xx: float(-5, 5) }), /no trial has 'xx', and it has no default/],
        [space({ x: float(1, 5, { scale: 'log' }) }), /'x' is .* there, and .*log scale/],
        [space({ x, y: float(1, 8) }), /'y' is a whole number from 1 to 8 there, and a number/],
        [
          space({ x, kind: categorical(['a', 'c']) }),
          /'kind' is one of "a", "b" there, and one of "a", "c" here/,
        ],
      ];
      for (const [declared, message] of refused) await assert.rejects(open(declared), message);
      // Looking keeps nothing, not even values that are left out or beyond the bounds.
      const look = await open(space({ x: float(100, 101), y: int(1, 8) }));
      const seen = look.trials.map(({ params }) => params);
      await look.close();
      const inferred = await open();
      assert.deepEqual(
        inferred.trials.map(({ params }) => {
          const { x: theirs, y } = params as { x: number; y: number };
          return { x: theirs, y };
        }),
        seen,
      );
      await inferred.close();
      // Theirs are ["a", "b"]: choices in another order are written in that one.
      const order = space({ x, kind: categorical(['b', 'a']) });
      const seeded = { name: 'theirs', storage, space: order, seed: 5, openIfExists: true };
      const study = await createStudy(seeded);
      for (const kind of ['b', 'a'] as const) await study.enqueue({ x: 1, kind });
      await study.optimize(({ kind }) => Number(kind === 'b'), { trials: 9 });
      await study.close();
      await python.run('more', url, 'theirs', '2');
      const again = await open(order);
      assert.equal(again.trials.length, 11);
      await again.close();
      assert.deepEqual(
        (await open()).space.leaves.map(({ name }) => name),
        ['x', 'kind'],
      );
      // What was left out has the values of Python's trials once it is declared.
      const y = int(1, 8, { default: 2 });
      const whole = await open(space({ x, kind: categorical(['b', 'a']), y }));
      for (const { params, value, attributes } of whole.trials) {
        const { y: theirs } = params as { y: number };
        if (attributes['by'] === 'python') assert.ok(Math.abs(loss(params as never) - Number(value)) < 1e-9);
        else assert.equal(theirs, 2);
      }
      await whole.optimize(() => 1, { trials: 13 });
      await whole.close();
      assert.deepEqual(await python.run('more', url, 'theirs', '1'), { complete: 14 });
    },
  );

  add('both optimize one study at the same time, 100 trials each at least', async (database) => {
    const study = await createCommon(database, 'together');
    const theirs = python.run('more', database.url, 'together', '100');
    const numbers: number[] = [];
    // Python takes seconds to start; until its first trial is there, ours would be alone.
    while (study.trials.length === numbers.length || numbers.length < 100) {
      const trial = await study.ask();
      assert.ok(trial !== null);
      numbers.push(trial.number);
      await trial.report(0, trial.params.x);
      await study.tell(trial, { value: loss(trial.params), attributes: { by: 'tunable' } });
      await sleep(study.trials.length === numbers.length ? 100 : 5);
    }
    assert.deepEqual(await theirs, { complete: 100 + numbers.length });
    await study.close();
    const whole = await openStudy({ name: 'together', storage: database.open(), space: COMMON });
    assert.deepEqual(
      whole.trials.map(({ number }) => number),
      Array.from({ length: 100 + numbers.length }, (_, i) => i),
    );
    for (const { number, params, value, attributes, state } of whole.trials) {
      assert.equal(state, 'complete');
      assert.ok(Math.abs(loss(params) - Number(value)) < 1e-9);
      assert.equal(attributes['by'], numbers.includes(number) ? 'tunable' : 'python');
    }
    await whole.close();
    await compareAll(database, python);
  });

  add('a trial that one enqueues is run by the other, once, with the values given', async (database) => {
    const study = await createCommon(database, 'queue');
    await study.enqueue({ x: 1.25, kind: 'b' });
    const first = await python.run('run_waiting', database.url, 'queue');
    assert.ok(isObject(first));
    assert.deepEqual([first['number'], first['x'], first['kind']], [0, 1.25, 'b']);
    await python.run('enqueue', database.url, 'queue', JSON.stringify({ x: -2.5, y: 7 }));
    const trial = await study.ask();
    assert.ok(trial !== null);
    assert.deepEqual([trial.number, trial.params.x, trial.params.y], [1, -2.5, 7]);
    await study.tell(trial, 3);
    const next = await study.ask();
    assert.deepEqual(
      study.trials.map(({ number, value }) => [number, value]),
      [
        [0, 0.5],
        [1, 3],
        [2, undefined],
      ],
    );
    assert.equal(next?.number, 2);
    await study.close();
    await compareAll(database, python);
  });

  return list;
}

/** Every study of a database, as it opens here, is what Python says. */
async function compareAll({ url, open }: SharedDatabase, python: Python): Promise<void> {
  const described = (await python.run('describe', url)) as unknown as readonly DescribedStudy[];
  const storage = open();
  assert.deepEqual(
    (await storage.list()).map(({ name }) => name),
    described.map(({ name }) => name),
  );
  for (const one of described) {
    const study = await openStudy({ name: one.name, storage });
    const { ours, pythons } = inPythonsWords(study, one);
    await study.close();
    assert.deepEqual(ours, pythons);
  }
}

function createCommon(database: SharedDatabase, name: string) {
  return createStudy({ name, storage: database.open(), space: COMMON, seed: 1, pruner: noPruning() });
}

/** A study that uses all that a study of ours may hold. */
async function makeEventful(storage: Storage): Promise<void> {
  const study = await createStudy({
    name: 'eventful \'ünï" \u{1F600}',
    storage,
    seed: 7,
    pruner: noPruning(),
    direction: 'maximize',
    attributes: { note: 'NaN, "quotes"; DROP TABLE studies', list: [1, null, { a: true }] },
    space: space({
      rate: float(1e-5, 1, { scale: 'log' }),
      drop: float(0, 0.5, { step: 0.1 }),
      version: constant('v1'),
      bias: boolean(),
      init: when({ bias: true }, float(-1, 1)),
      activation: categorical(['relu', null, 3, true, 1.5], { ordered: true }),
      optimizer: choice({ adam: { beta: float(0, 1), eps: constant(1e-8) }, sgd: {} }),
      layers: list({ units: int(8, 64, { step: 8 }) }, { min: 0, max: 3 }),
    }),
  });
  await study.enqueue({ rate: 0.5, activation: null });
  await study.optimize(
    async (params, trial) => {
      if (trial.number === 3) throw new RangeError('broken');
      for (const [step, value] of [1e-7, Number.NaN, Infinity, -Infinity].entries())
        await trial.report(step * 10, value).catch(() => {});
      if (trial.number === 4) throw new TrialPruned();
      return {
        value: trial.number === 5 ? -Infinity : params.rate,
        metrics: { accuracy: 0.5, loss: Infinity },
        constraints: [-1, trial.number],
        attributes: { squares: trial.number ** 2, 'ünï"': 'NaN' },
        cost: 3,
      };
    },
    { trials: 12, concurrency: 3 },
  );
  await study.ask();
  await study.enqueue({ optimizer: { type: 'adam' }, bias: true });
  await study.close();
}

async function makeTwoSided(storage: Storage): Promise<void> {
  const study = await createStudy({
    name: 'two-sided',
    storage,
    space: COMMON,
    directions: ['minimize', 'maximize'],
  });
  await study.optimize((params, trial) => [loss(params), trial.number === 2 ? Infinity : 10 - trial.number], {
    trials: 5,
  });
  await study.close();
}
