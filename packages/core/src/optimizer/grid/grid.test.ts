import { describe, expect, test } from 'vitest';

import { boolean, categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { choice } from '../../space/choice.ts';
import { list } from '../../space/list.ts';
import type { Shape } from '../../space/node.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { createStudy, loadStudy, openStudy } from '../../study/create-study.ts';
import { memory } from '../../storage/memory.ts';
import { grid, type GridOptions } from './grid.ts';

/** All configurations that a grid visits, in order, as JSON. */
async function visited<S extends Shape>(
  searched: SearchSpace<S>,
  options: GridOptions = {},
  seed = 1,
): Promise<string[]> {
  const study = await createStudy({ space: searched, optimizer: grid(options), seed });
  await study.optimize(() => 0, { trials: 10_000 });
  return study.trials.map(({ params }) => JSON.stringify(params));
}

const inOrder = { shuffle: false } as const;

describe('the combinations', () => {
  test('run through finite parameters in full, the last fastest', async () => {
    expect(await visited(space({ a: boolean(), n: int(1, 3) }), inOrder)).toEqual([
      '{"a":false,"n":1}',
      '{"a":false,"n":2}',
      '{"a":false,"n":3}',
      '{"a":true,"n":1}',
      '{"a":true,"n":2}',
      '{"a":true,"n":3}',
    ]);
  });

  test('take five values of a continuous range, both ends included, evenly in the logarithm on a log scale', async () => {
    expect(await visited(space({ x: float(-1, 1) }), inOrder)).toEqual(
      [-1, -0.5, 0, 0.5, 1].map((x) => `{"x":${x}}`),
    );
    expect(await visited(space({ x: float(1e-4, 1, { scale: 'log' }) }), inOrder)).toEqual(
      [0.0001, 0.001, 0.01, 0.1, 1].map((x) => `{"x":${x}}`),
    );
  });

  test('take as many values as asked for, of ordered parameters of any kind', async () => {
    const values = async (parameter: Shape[string], count: number): Promise<unknown[]> =>
      (await visited(space({ v: parameter }), { ...inOrder, points: { v: count } })).map(
        (text) => JSON.parse(text).v,
      );
    expect(await values(float(0, 0.3), 4)).toEqual([0, 0.1, 0.2, 0.3]);
    expect(await values(float(0, 3), 1)).toEqual([1.5]);
    expect(await values(int(1, 9), 3)).toEqual([1, 5, 9]);
    expect(await values(int(1, 1024, { scale: 'log' }), 2)).toEqual([1, 1024]);
    expect(await values(int(1, 3), 100)).toEqual([1, 2, 3]);
    expect(await values(float(0, 1, { step: 0.25 }), 3)).toEqual([0, 0.5, 1]);
    expect(await values(categorical(['s', 'm', 'l'], { ordered: true }), 2)).toEqual(['s', 'l']);
  });

  test('take the values that the user lists', async () => {
    const searched = space({
      rate: float(1e-5, 1, { scale: 'log' }),
      kind: categorical(['a', 'b', 'c']),
      other: float(0, 1),
    });
    const options = { ...inOrder, points: { rate: [0.1, 0.003], kind: ['c', 'a'], other: [0.7] } };
    expect(await visited(searched, options)).toEqual([
      '{"rate":0.1,"kind":"c","other":0.7}',
      '{"rate":0.1,"kind":"a","other":0.7}',
      '{"rate":0.003,"kind":"c","other":0.7}',
      '{"rate":0.003,"kind":"a","other":0.7}',
    ]);
  });

  test('name the items of lists with a star', async () => {
    const searched = space({ layers: list({ units: int(1, 100) }, { min: 1, max: 2 }) });
    const all = await visited(searched, { ...inOrder, points: { 'layers.*.units': [8, 64] } });
    expect(all).toHaveLength(2 + 4);
    expect(all.slice(0, 2)).toEqual(['{"layers":[{"units":8}]}', '{"layers":[{"units":64}]}']);
  });

  test('hold active parameters only, and satisfy the constraints', async () => {
    const searched = space(
      {
        model: choice({ linear: {}, tree: { depth: int(1, 3), leaves: int(1, 3) } }),
        scaled: boolean(),
      },
      { where: [(p) => p.model.type === 'linear' || p.model.depth <= p.model.leaves] },
    );
    const all = await visited(searched);
    expect(all).toHaveLength((1 + 6) * 2);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('the visiting order', () => {
  const searched = space({ a: int(1, 6), b: int(1, 6) });

  test('is shuffled by the seed', async () => {
    const orders = await Promise.all([
      visited(searched),
      visited(searched),
      visited(searched, {}, 2),
      visited(searched, inOrder),
    ]);
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[2]);
    expect(orders[0]).not.toEqual(orders[3]);
    for (const order of orders) expect(order.toSorted()).toEqual(orders[3]?.toSorted());
  });

  test('goes on where a saved study stopped', async () => {
    const whole = await visited(searched);
    const first = await createStudy({ space: searched, optimizer: grid(), seed: 1 });
    await first.optimize(() => 0, { trials: 10 });
    const second = await loadStudy(JSON.parse(JSON.stringify(first)), { space: searched, optimizer: grid() });
    await second.optimize(() => 0, { trials: 1000 });
    expect(second.trials.map(({ params }) => JSON.stringify(params))).toEqual(whole);
  });

  test('reaches into a grid too large to list', async () => {
    const large = space(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`x${i}`, float(0, 1)])));
    const study = await createStudy({ space: large, optimizer: grid(), seed: 1 });
    const params = (await study.ask(50)).map((trial) => JSON.stringify(trial.params));
    expect(new Set(params).size).toBe(50);
  });
});

describe('what counts as visited', () => {
  const searched = space({ a: int(1, 3), b: boolean() });

  test('failed, pruned and running trials', async () => {
    const study = await createStudy({ space: searched, optimizer: grid() });
    const [failed, , running] = await study.ask(3);
    await study.tell(failed as NonNullable<typeof failed>, new Error('no'));
    await study.optimize(() => 0, { trials: 100 });
    expect(study.trials).toHaveLength(6);
    expect(new Set(study.trials.map(({ params }) => JSON.stringify(params))).size).toBe(6);
    expect(study.trials[running?.number ?? -1]?.state).toBe('running');
  });

  test('enqueued trials, once their open parameters are filled in', async () => {
    const study = await createStudy({ space: searched, optimizer: grid() });
    await study.enqueue({ a: 2, b: true });
    await study.enqueue({ a: 2 });
    await study.optimize(() => 0, { trials: 100 });
    const rows = study.trials.map(({ params }) => JSON.stringify(params));
    expect(rows[0]).toBe('{"a":2,"b":true}');
    expect(new Set(rows).size).toBe(6);
  });

  test('what another process did that shares the study', async () => {
    const storage = memory();
    const one = await createStudy({ space: searched, optimizer: grid(), storage, name: 'shared', seed: 1 });
    const two = await openStudy({ space: searched, optimizer: grid(), storage, name: 'shared' });
    const seen: string[] = [];
    for (const study of [one, two, two, one, two, one]) seen.push(JSON.stringify((await study.ask()).params));
    expect(new Set(seen).size).toBe(6);
    await expect(one.ask()).rejects.toThrow(/left|every configuration/);
  });

  test('in a noisy study too: a grid is visited once', async () => {
    const study = await createStudy({ space: searched, optimizer: grid(), noisy: true });
    await study.optimize(() => 0, { trials: 100 });
    expect(study.trials).toHaveLength(6);
  });
});

describe('errors', () => {
  const searched = space({ x: float(0, 1), kind: categorical(['a', 'b']) });
  const creating = (options: GridOptions) => createStudy({ space: searched, optimizer: grid(options) });

  test.each([
    [{ points: { y: 3 } }, /'y', which is no parameter of this space; the names are x, kind/],
    [{ points: { x: [0.5, 2] } }, /point 2 of 'x' is not a number from 0 to 1/],
    [{ points: { x: [] } }, /list of points of 'x' is empty/],
    [{ points: { x: 0 } }, /points of 'x' must be a whole number of at least 1/],
    [{ points: { kind: 2 } }, /the choices of 'kind' have no order/],
  ])('%j is refused when the study is created', async (options: GridOptions, message) => {
    await expect(creating(options)).rejects.toThrow(message);
  });

  test('options of the wrong type are refused at once', () => {
    expect(() => grid({ points: 2.5 })).toThrow(/points must be a whole number/);
    expect(() => grid({ points: 'many' } as never)).toThrow(/points must be/);
    expect(() => grid({ shuffle: 1 } as never)).toThrow(/shuffle must be true or false/);
    expect(() => grid({ point: 2 } as never)).toThrow(/unknown option 'point'/);
  });

  test('a grid beyond counting is refused', async () => {
    const huge = space(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, float(0, 1)])));
    await expect(createStudy({ space: huge, optimizer: grid() })).rejects.toThrow(/9\.1e\+27 combinations/);
  });
});
