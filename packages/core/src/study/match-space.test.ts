import { describe, expect, test } from 'vitest';
import {
  boolean,
  categorical,
  choice,
  constant,
  createStudy,
  float,
  int,
  list,
  loadStudy,
  memory,
  openStudy,
  space,
  when,
  type SearchSpace,
  type SpaceNode,
  type Storage,
  type StudyHeader,
} from '../index.ts';
import { matchSpace } from './match-space.ts';

const header = (saved: SearchSpace): StudyHeader => ({
  name: 's',
  space: JSON.parse(JSON.stringify(saved)) as StudyHeader['space'],
  directions: ['minimize'],
  seed: 1,
  createdAt: 0,
  attributes: {},
});
const match = (before: SpaceNode, now: SpaceNode): boolean =>
  matchSpace(header(space({ k: int(1, 3), p: before })), space({ k: int(1, 3), p: now })).hasGrown;

describe('a space may grow', () => {
  test.each<[string, SpaceNode, SpaceNode]>([
    ['wider bounds', float(0, 1), float(-1, 2)],
    ['wider bounds on a log scale', float(0.1, 1, { scale: 'log' }), float(0.01, 1, { scale: 'log' })],
    ['a finer grid', float(0, 1, { step: 0.2 }), float(0, 2, { step: 0.1 })],
    ['a grid that becomes a range', float(0, 1, { step: 0.2 }), float(0, 1)],
    ['more whole numbers', int(2, 8, { step: 2 }), int(0, 10)],
    ['further choices, in another order', categorical(['a', 'b']), categorical(['c', 'b', 'a'])],
    ['a constant that becomes a parameter', constant(3), int(1, 5)],
    ['a single value that becomes several', int(3, 3), int(1, 5)],
    [
      'a further branch',
      choice({ a: { x: int(1, 2) } }),
      choice({ a: { x: int(1, 2) }, b: { y: float(0, 1) } }),
    ],
    ['a new parameter with a default', space({}), space({ x: float(0, 1, { default: 0.5 }) })],
    ['a new constant', space({}), space({ x: constant('c') })],
    ['longer lists', list(int(1, 2), { min: 1, max: 2 }), list(int(1, 3), { min: 0, max: 4 })],
    ['another default', int(1, 2), int(1, 2, { default: 1 })],
    ['another order', space({ a: int(1, 2), b: int(1, 2) }), space({ b: int(1, 2), a: int(1, 2) })],
    ['what depends on something', when({ k: 2 }, int(1, 2)), when({ k: 2 }, int(1, 3))],
  ])('%s', (_, before, now) => expect(match(before, now)).toBe(true));

  test('the same space has not grown, whatever the order of its members in JSON', () => {
    expect(match(float(0, 1), float(0, 1))).toBe(false);
    const saved = header(space({ p: float(0, 1) }));
    const reordered = {
      ...saved,
      space: { shape: { p: { high: 1, low: 0, kind: 'float' as const } }, kind: 'space' as const },
    };
    expect(matchSpace(reordered, space({ p: float(0, 1) })).hasGrown).toBe(false);
  });

  test.each<[SpaceNode, SpaceNode, RegExp]>([
    [float(0, 1), float(0, 0.5), /'p' was a number from 0 to 1, and is a number from 0 to 0.5/],
    [float(1, 2), float(1, 2, { scale: 'log' }), /'p' was a number from 1 to 2, and is .* \(log scale\)/],
    [float(0, 1), float(0, 1, { step: 0.5 }), /'p' was .* and is .* in steps of 0.5/],
    [float(0, 1, { step: 0.2 }), float(0, 1, { step: 0.5 }), /in steps of 0.2, and is .* in steps of 0.5/],
    [int(0, 10), int(0, 10, { step: 2 }), /'p' was a whole number from 0 to 10, and is .* in steps of 2/],
    [int(0, 10), float(0, 10), /'p' was a whole number .*, and is a number/],
    [categorical(['a', 'b']), categorical(['a', 'c']), /'p' was one of "a", "b", and is one of "a", "c"/],
    [boolean(), int(0, 1), /'p' was one of false, true, and is a whole number/],
    [constant(3), int(4, 5), /'p' was the constant 3, and is a whole number from 4 to 5/],
    [choice({ a: {}, b: {} }), choice({ a: {} }), /'p.b' is missing/],
    [choice({ a: {} }), choice({ a: { x: int(1, 2) } }), /'p.a.x' is new and has no default/],
    [
      list(int(1, 2), { min: 1, max: 3 }),
      list(int(1, 2), { min: 2, max: 3 }),
      /'p' had 1 to 3 items, and has 2 to 3/,
    ],
    [space({ x: int(1, 2) }), int(1, 2), /'p' was a space, and is a whole number/],
    [when({ k: 2 }, int(1, 2)), when({ k: 3 }, int(1, 2)), /'p' depends on something else/],
    [
      space({ x: int(1, 2) }),
      space({ x: int(1, 2) }, { where: [() => true] }),
      /'p' had 0 constraints \(where\), and has 1/,
    ],
  ])('and is refused otherwise, saying why: case %#', (before, now, message) => {
    expect(() => match(before, now)).toThrow(message);
  });
});

describe('a study whose space has grown', () => {
  const before = space({ x: float(0, 1), c: categorical(['a', 'b']) });
  const after = space({
    c: categorical(['z', 'a', 'b']),
    y: int(1, 9, { default: 5 }),
    x: float(-1, 1),
  });
  const made = async (storage: Storage) => {
    const study = await createStudy({ space: before, storage, name: 's', seed: 1 });
    await study.optimize(({ x }) => x, { trials: 5 });
    await study.enqueue({ x: 0.25, c: 'b' });
    return study;
  };

  test('goes on with the trials so far, which take the default of what is new', async () => {
    const storage = memory();
    const study = await made(storage);
    const asked = await study.ask();
    expect(asked.params).toEqual({ x: 0.25, c: 'b' });
    const grown = await openStudy({ space: after, storage, name: 's' });
    expect(grown.trials.map(({ params }) => params)).toEqual(
      study.trials.map(({ params }) => ({ ...params, y: 5 })),
    );
    const best = study.best.params.x;
    expect(grown.best.params).toMatchObject({ x: best, y: 5 });
    await grown.optimize(({ x, y }) => x + y, { trials: 12 });
    expect(new Set(grown.trials.map(({ params }) => params.y)).size).toBeGreaterThan(1);
    // Who opened it with the space before ends what it has begun, and starts nothing.
    await study.tell(asked, 7);
    await expect(study.ask()).rejects.toMatchObject({ code: 'study_mismatch' });
    await grown.refresh();
    expect(grown.trials[5]).toMatchObject({ value: 7, params: { x: 0.25, c: 'b', y: 5 } });
    // The storage knows only the new space.
    await expect(openStudy({ space: before, storage, name: 's' })).rejects.toThrow(/'y' is missing/);
    expect((await openStudy({ storage, name: 's' })).space.leaves).toHaveLength(3);
  });

  test('goes on from JSON as well', async () => {
    const study = await made(memory());
    const grown = await loadStudy(JSON.parse(JSON.stringify(study)), { space: after });
    expect(grown.trials.map(({ params }) => params)).toEqual(
      study.trials.map(({ params }) => ({ ...params, y: 5 })),
    );
    expect((await grown.ask()).params).toEqual({ x: 0.25, c: 'b', y: 5 });
  });

  test('is refused by a storage that cannot replace spaces', async () => {
    const storage = memory();
    await made(storage);
    const rigid: Storage = {
      ...storage,
      open: async (name) => Object.defineProperty(await storage.open(name), 'setSpace', { value: undefined }),
    };
    await expect(openStudy({ space: after, storage: rigid, name: 's' })).rejects.toThrow(/cannot replace it/);
  });
});

test('a space that was inferred from trials of another program gives way to one that is declared', () => {
  const inferred = { ...header(space({ x: float(0, 1), y: int(1, 3) })), isSpaceInferred: true } as const;
  const declared = space({ x: float(0.1, 0.9, { step: 0.1 }), z: boolean() });
  expect(matchSpace(inferred, declared)).toEqual({ space: declared, hasGrown: true });
  expect(matchSpace(inferred, undefined).space.toJSON()).toEqual(inferred.space);
});
