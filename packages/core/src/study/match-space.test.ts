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
    await expect(openStudy({ space: before, storage, name: 's' })).rejects.toThrow(
      /^the study 's' has another space: .*'y' is missing/,
    );
    expect((await openStudy({ storage, name: 's' })).space.leaves).toHaveLength(3);
  });

  test('keeps its space until the first trial with the new one', async () => {
    const storage = memory();
    const study = await made(storage);
    const [grown, twin] = [
      await openStudy({ space: after, storage, name: 's' }),
      await openStudy({ space: after, storage, name: 's' }),
    ];
    expect(grown.trials[0]?.params.y).toBe(5);
    const first = await study.ask();
    await study.tell(first, 3);
    await grown.refresh();
    expect(grown.trials.at(-1)?.params).toEqual({ ...first.params, y: 5 });
    expect((await openStudy({ storage, name: 's' })).space.leaves).toHaveLength(2);
    expect((await grown.ask()).params.y).toBeTypeOf('number');
    await expect(study.ask()).rejects.toThrow(
      /has grown since it was opened here \('x', 'c', 'y'\); open it again with a space that includes that/,
    );
    // Whoever was given the same space goes on.
    const next = await twin.ask();
    await twin.tell(next, 4);
    await grown.refresh();
    expect(grown.trials.at(-1)).toMatchObject({ value: 4, params: next.params });
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

describe('a space that was inferred from trials of another program', () => {
  const shown = {
    ...header(
      space({
        lr: float(1e-5, 0.1, { scale: 'log' }),
        n: int(1, 3),
        kind: categorical(['a', 'b']),
        only: constant('o'),
        rare: when({ kind: 'a' }, float(0, 1)),
      }),
    ),
    isSpaceInferred: true,
  } as const;

  test.each<[string, SearchSpace]>([
    ['other bounds and steps', space({ lr: float(1e-3, 1, { scale: 'log' }), n: int(2, 9, { step: 7 }) })],
    ['further choices, in another order', space({ kind: categorical(['c', 'b', 'a']) })],
    ['further choices of what had one', space({ only: categorical(['o', 'p']) })],
    [
      'a choice that has the categories as branches',
      space({ kind: choice({ a: { deep: int(1, 2) }, b: {} }) }),
    ],
    ['a new parameter with a default', space({ n: int(1, 3), m: float(0, 1, { default: 0.5 }) })],
    ['a new constant', space({ n: int(1, 3), m: constant(7) })],
    ['a parameter that some trials have', space({ n: int(1, 3), rare: float(0, 1) })],
  ])('gives way to one with %s', (_, declared) => {
    expect(matchSpace(shown, declared)).toEqual({ space: declared, hasGrown: true });
  });

  test.each<[string, SearchSpace, RegExp]>([
    [
      'a misspelt name',
      space({ lrate: float(0, 1) }),
      /no trial has 'lrate', and it has no default; none of the parameters here is one of them; there are also 'lr', 'n'/,
    ],
    [
      'another scale',
      space({ lr: float(1e-5, 0.1) }),
      /'lr' is .*\(log scale\) there, and a number from .* here/,
    ],
    [
      'another kind',
      space({ n: float(1, 3) }),
      /'n' is a whole number from 1 to 3 there, and a number from 1 to 3/,
    ],
    [
      'a range for categories',
      space({ kind: int(0, 1) }),
      /'kind' is one of "a", "b" there, and a whole number/,
    ],
    [
      'fewer choices',
      space({ kind: categorical(['a', 'c']) }),
      /'kind' is one of "a", "b" there, and one of "a", "c"/,
    ],
    [
      'a choice of too few',
      space({ kind: choice({ a: {} }) }),
      /'kind' is one of "a", "b" there, and the constant "a"/,
    ],
    ['nothing', space({}), /none of the parameters here is one of them/],
  ])('but not to one with %s', (_, declared, message) => {
    expect(() => matchSpace(shown, declared)).toThrow(message);
    expect(() => matchSpace(shown, declared)).not.toThrow(/created with/);
  });

  test('is taken where none is given, and any is where no trial showed anything', () => {
    expect(matchSpace(shown, undefined)).toMatchObject({ hasGrown: false });
    const empty = { ...header(space({})), isSpaceInferred: true } as const;
    expect(matchSpace(empty, space({ x: float(0, 1) })).hasGrown).toBe(true);
  });

  const inMemory = async (saved: SearchSpace) => {
    const storage = memory();
    await storage.create({ ...header(saved), isSpaceInferred: true, isSeedMadeUp: true });
    return storage;
  };

  test('that shows nothing starts no trial', async () => {
    const storage = await inMemory(space({}));
    const study = await openStudy({ storage, name: 's' });
    await expect(study.ask()).rejects.toThrow(/had no parameters yet to tell its space from/);
    await expect(study.optimize(() => 1, { trials: 1 })).rejects.toMatchObject({ code: 'study_mismatch' });
    await expect(study.enqueue({})).rejects.toMatchObject({ code: 'study_mismatch' });
    const declared = await openStudy({ storage, name: 's', space: space({ x: float(0, 1) }) });
    expect((await declared.ask()).params.x).toBeLessThanOrEqual(1);
  });

  test('belongs to a study whose seed nobody chose', async () => {
    const x = space({ x: float(0, 1) });
    const options = { name: 's', storage: await inMemory(x), space: x, openIfExists: true, seed: 99 };
    expect((await createStudy(options)).seed).toBe(1);
  });
});
