import { describe, expect, test } from 'vitest';
import { InvalidArgumentError } from '../errors.ts';
import { categorical } from '../hyperparameter/categorical.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { createRandom } from '../math/random.ts';
import { choice } from '../space/choice.ts';
import { space, type SearchSpace } from '../space/search-space.ts';
import { createStudy } from './create-study.ts';
import { beginnings, earlierStudies } from './earlier-studies.ts';
import { earlierResults } from './warm-start.ts';

const line = space({ x: float(0, 1) });

/** A study of `line` with these results; the loss is `y`. */
async function studyOf(points: readonly (readonly [x: number, y: number])[], name = 'earlier') {
  const study = await createStudy({ space: line, name, seed: 1 });
  for (const [x, y] of points) await study.addTrial({ x }, y);
  return study;
}

describe('what is kept of an earlier study', () => {
  test('its complete, feasible trials with finite values, as losses', async () => {
    const study = await createStudy({ space: line, direction: 'maximize', name: 'a', seed: 1 });
    await study.addTrial({ x: 0.1 }, { value: 5, constraints: [0] });
    await study.addTrial({ x: 0.2 }, { value: 6, constraints: [1] });
    await study.addTrial({ x: 0.3 }, { value: Infinity, constraints: [-1] });
    const running = await study.ask();
    await study.tell(running, new Error('no'));
    await study.addTrial({ x: 0.4 }, { value: -7, constraints: [-2] });
    const json = JSON.parse(JSON.stringify(study)) as ReturnType<typeof study.toJSON>;
    for (const source of [study, json, [study]]) {
      const [result] = earlierResults(source, ['maximize']);
      expect(result).toMatchObject({ study: 'a', rows: [[0.1], [0.4]], losses: [[-5], [7]] });
    }
  });

  test('of many trials the better half of a hundred and others from first to last', async () => {
    const points = Array.from({ length: 300 }, (_, i): [number, number] => [i / 300, (i * 7) % 300]);
    const [result] = earlierResults(await studyOf(points), ['minimize']);
    const losses = result!.losses.map(([loss]) => loss!);
    expect(losses).toHaveLength(100);
    expect(losses.filter((loss) => loss < 50)).toHaveLength(50);
    const places = result!.rows.map(([x]) => x!);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeLessThan(0.05);
    expect(places.at(-1)).toBeGreaterThan(0.95);
  });

  test.each([
    [{ warmStart: 3 }, /warmStart must be a study, what its toJSON\(\) gave, or a list of these, not 3/],
    [{ warmStart: [null] }, /warmStart must be a study/],
  ])('%j is refused', async (options, message) => {
    await expect(createStudy({ space: line, ...options } as never)).rejects.toThrow(message);
  });

  test('studies with other objectives or other parameters are refused, and a taken attribute', async () => {
    const warmStart = await studyOf([[0.5, 1]]);
    const opposite = createStudy({ space: line, direction: 'maximize', warmStart });
    await expect(opposite).rejects.toThrow(InvalidArgumentError);
    await expect(opposite).rejects.toThrow(
      /the directions of the study 'earlier' are \["minimize"\], and of the new one \["maximize"\]/,
    );
    await expect(
      createStudy({ space: line, directions: ['minimize', 'minimize'], warmStart }),
    ).rejects.toThrow(/the study 'earlier' has 1 objective, and the new one 2/);
    await expect(createStudy({ space: space({ z: float(0, 1) }), warmStart })).rejects.toThrow(
      /'earlier' has no parameter of the new space: it has x, and the new one z/,
    );
    await expect(createStudy({ space: line, attributes: { warmStart: 1 }, warmStart })).rejects.toThrow(
      /the attribute 'warmStart' holds what is kept/,
    );
  });
});

describe('configurations to begin with', () => {
  async function firstOf(s: SearchSpace, ...sources: Parameters<typeof studyOf>[0][]) {
    const studies = await Promise.all(sources.map((points, i) => studyOf(points, `study ${i}`)));
    const results = earlierResults(studies, ['minimize']);
    return beginnings(results, s, createRandom(1)).map(({ row }) => s.decode(row));
  }

  test('are the best three of one study that are not close to each other', async () => {
    const points: [number, number][] = [
      [0.9, 9],
      [0.5, 0],
      [0.55, 1],
      [0.7, 2],
      [0.3, 3],
      [0.1, 4],
    ];
    const many = Array.from({ length: 40 }, (_, i): [number, number] => [i / 40, 10 + i]);
    expect(await firstOf(line, [...points, ...many])).toEqual([{ x: 0.5 }, { x: 0.7 }, { x: 0.3 }]);
  });

  test('are taken from several studies in turn, five at most', async () => {
    const at = (...xs: number[]) => xs.map((x, i): [number, number] => [x, i]);
    const first = await firstOf(line, at(0.1, 0.25, 0.4), at(0.9, 0.75), at(0.1, 0.6));
    expect(first.map(({ x }) => x)).toEqual([0.1, 0.9, 0.6, 0.25, 0.75]);
  });

  test('move to the bounds of the new space, and to its whole numbers', async () => {
    expect(await firstOf(space({ x: float(0.6, 2) }), [[0.5, 0]])).toEqual([{ x: 0.6 }]);
    expect(await firstOf(space({ x: int(-4, 4) }), [[0.7, 0]])).toEqual([{ x: 1 }]);
    expect(await firstOf(space({ x: float(0, 1, { step: 0.25 }) }), [[0.7, 0]])).toEqual([{ x: 0.75 }]);
  });

  test('take defaults for new parameters, and obey the constraints of the new space', async () => {
    const wider = space({ x: float(0, 1), n: int(1, 9, { default: 4 }) });
    expect(await firstOf(wider, [[0.5, 0]])).toEqual([{ x: 0.5, n: 4 }]);
    const constrained = space({ x: float(0, 1) }, { where: [({ x }) => x > 0.6] });
    expect(
      await firstOf(constrained, [
        [0.5, 0],
        [0.7, 1],
      ]),
    ).toEqual([{ x: 0.7 }]);
  });

  test('keep their branch, and are passed over where it is gone', async () => {
    const branch = { rate: float(0, 1) };
    const before = space({
      method: choice({ adam: branch, sgd: branch, lion: {} }),
      kind: categorical(['a', 'b']),
    });
    const study = await createStudy({ space: before, seed: 1 });
    await study.addTrial({ method: { type: 'lion' }, kind: 'a' }, 0);
    await study.addTrial({ method: { type: 'sgd', rate: 0.3 }, kind: 'b' }, 1);
    const now = space({ method: choice({ sgd: branch, adam: branch }), kind: categorical(['b', 'c']) });
    const [first, ...others] = beginnings(earlierResults(study, ['minimize']), now, createRandom(1));
    expect(now.decode(first!.row)).toEqual({ method: { type: 'sgd', rate: 0.3 }, kind: 'b' });
    expect(others).toEqual([]);
  });

  test('of several objectives come from the Pareto front', async () => {
    const study = await createStudy({ space: line, directions: ['minimize', 'maximize'], seed: 1 });
    await study.addTrial({ x: 0.2 }, [3, 1]);
    await study.addTrial({ x: 0.4 }, [1, 1]);
    await study.addTrial({ x: 0.6 }, [2, 5]);
    await study.addTrial({ x: 0.8 }, [4, 4]);
    const results = earlierResults(study, study.directions);
    const rows = beginnings(results, line, createRandom(1)).map(({ row }) => row[0]);
    expect(rows).toEqual([0.4, 0.6, 0.2]);
    expect(earlierStudies(results, line)).toEqual([]);
  });
});

test('models learn from what fits the new space without being moved', async () => {
  const study = await studyOf([
    [0.1, 1],
    [0.7, 2],
    [0.9, 3],
  ]);
  const now = space({ x: float(0.5, 1), y: float(0, 1) });
  const [earlier] = earlierStudies(earlierResults(study, ['minimize']), now);
  expect(earlier!.knows).toEqual([true, false]);
  expect(earlier!.rows.map((row) => [...row])).toEqual([
    [0.7, Number.NaN],
    [0.9, Number.NaN],
  ]);
  expect([...earlier!.losses]).toEqual([2, 3]);
});
