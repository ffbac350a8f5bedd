import { expect, test } from 'vitest';
import { categorical } from '../../hyperparameter/categorical.ts';
import { float } from '../../hyperparameter/float.ts';
import { int } from '../../hyperparameter/int.ts';
import { createRandom } from '../../math/random.ts';
import { choice } from '../../space/choice.ts';
import { space, type SearchSpace } from '../../space/search-space.ts';
import { createStudy } from '../../study/create-study.ts';
import type { Direction } from '../../study/direction.ts';
import { TrialTable } from '../../study/history.ts';
import { auto, type AutoOptions } from './auto.ts';
import { searchesNumbersOnly, tpeInterval } from './evidence.ts';

const numbers = space({ x: float(-5, 5), y: float(-5, 5), n: int(1, 9) });
const mixed = space({ x: float(-5, 5), kind: categorical(['a', 'b', 'c']) });

/** A history of `count` trials that took `trialMs` each; who proposes the next one, and why. */
function nextOf(
  s: SearchSpace,
  count: number,
  trialMs: number,
  options: AutoOptions = {},
  directions: Direction[] = ['minimize'],
  forecasts = 0,
) {
  const history = new TrialTable(s, directions);
  history.forecastCount = forecasts;
  for (let number = 0; number < count; number++) {
    const row = s.sampleRow(createRandom(1, number));
    history.upsert({
      number,
      state: 'complete',
      row,
      values: directions.map((_, k) => Math.sin(number + k)),
      attempt: 1,
      by: 'gaussianProcess',
      startedAt: number * trialMs,
      finishedAt: (number + 1) * trialMs,
    });
  }
  const suggestion = auto(options).suggest({
    number: count,
    space: s,
    directions,
    history,
    seed: 1,
    random: createRandom(1, count),
    accepts: () => true,
  });
  return { by: suggestion?.by, why: suggestion?.why };
}

test('few trials: a model, and TPE every fourth turn after fifty', () => {
  expect(nextOf(mixed, 2, 1)).toEqual({ by: 'gaussianProcess', why: 'initial design' });
  expect(nextOf(numbers, 15, 1).by).toBe('gaussianProcess');
  expect(nextOf(numbers, 47, 1).by).toBe('gaussianProcess');
  expect(nextOf(numbers, 51, 1)).toEqual({ by: 'tpe', why: 'its turn, one in 4' });
});

test('where losses are forecasts, TPE every second turn after ten', () => {
  const next = (count: number) => nextOf(numbers, count, 1, {}, ['minimize'], 3);
  expect(next(9).by).toBe('gaussianProcess');
  expect(next(10).by).toBe('gaussianProcess');
  expect(next(11)).toEqual({ by: 'tpe', why: 'its turn, one in 2' });
  expect(next(61)).toEqual({ by: 'tpe', why: 'its turn, one in 2' });
});

test('many short trials: CMA-ES for numbers, TPE for other spaces', () => {
  expect(nextOf(numbers, 252, 1)).toMatchObject({ by: 'cmaEs', why: 'many trials, numbers only' });
  expect(nextOf(mixed, 252, 1)).toMatchObject({ by: 'tpe', why: 'many trials' });
  expect(nextOf(numbers, 40, 1, { modelTrials: 30 }).by).toBe('cmaEs');
});

test('many long trials: the model goes on, as its time does not matter', () => {
  expect(nextOf(numbers, 40, 5000, { modelTrials: 30 }).by).toBe('gaussianProcess');
  expect(nextOf(numbers, 40, 5000, { modelTrials: 30, suggestionShare: 0 }).by).toBe('cmaEs');
  expect(nextOf(numbers, 40, 100, { modelTrials: 30, suggestionShare: 1 }).by).toBe('gaussianProcess');
});

test('what a suggestion should take grows with trials, parameters and objectives, and so does the trial it suits', () => {
  const many = space(Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`x${i}`, float(0, 1)])));
  expect(nextOf(numbers, 40, 500, { modelTrials: 30 }).by).toBe('gaussianProcess');
  expect(nextOf(numbers, 40, 100, { modelTrials: 30 }).by).toBe('cmaEs');
  expect(nextOf(numbers, 40, 350, { modelTrials: 30 }).by).toBe('gaussianProcess');
  expect(nextOf(numbers, 252, 350, { modelTrials: 30 }).by).toBe('cmaEs');
  expect(nextOf(many, 40, 500, { modelTrials: 30 }).by).toBe('cmaEs');
  expect(nextOf(numbers, 40, 500, { modelTrials: 30 }, ['minimize', 'minimize']).by).toBe('nsga2');
  expect(nextOf(numbers, 40, 600, { modelTrials: 30 }, ['minimize', 'minimize']).by).toBe('gaussianProcess');
});

test('the first trials are proposed alike, however long they take', () => {
  for (const count of [5, 60, 240])
    expect(nextOf(numbers, count, 0.01)).toEqual(nextOf(numbers, count, 60_000));
});

test('several objectives', () => {
  expect(nextOf(numbers, 18, 1, {}, ['minimize', 'maximize']).by).toBe('gaussianProcess');
  expect(nextOf(numbers, 60, 1, { modelTrials: 30 }, ['minimize', 'maximize']).by).toBe('nsga2');
  expect(nextOf(numbers, 18, 1, {}, ['minimize', 'minimize', 'minimize', 'minimize']).by).toBe('tpe');
  expect(
    nextOf(numbers, 60, 1, { modelTrials: 30 }, ['minimize', 'minimize', 'minimize', 'minimize']).by,
  ).toBe('nsga3');
});

test('many parameters: TPE', () => {
  const wide = space(Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x${i}`, float(0, 1)])));
  expect(nextOf(wide, 16, 1)).toMatchObject({ by: 'tpe', why: 'many parameters' });
});

test('spaces of numbers are told from others', () => {
  expect(searchesNumbersOnly(numbers)).toBe(true);
  expect(searchesNumbersOnly(space({ size: categorical(['s', 'm', 'l'], { ordered: true }) }))).toBe(true);
  expect(searchesNumbersOnly(mixed)).toBe(false);
  expect(searchesNumbersOnly(space({ c: choice({ a: { x: float(0, 1) }, b: {} }) }))).toBe(false);
});

test.each([
  ['better', (i: number) => (i % 4 === 3 ? 0 : 10) + (i % 3), 2],
  ['as good', (i: number) => (i * 7) % 40, 4],
  ['worse', (i: number) => (i % 4 === 3 ? 10 : 0) + (i % 3), 8],
] as const)('TPE gets more turns while its trials are %s', (_, lossOf, interval) => {
  const history = new TrialTable(numbers, ['minimize']);
  for (let number = 0; number < 40; number++) {
    const row = numbers.sampleRow(createRandom(number));
    const by = number % 4 === 3 ? 'tpe' : 'gaussianProcess';
    history.upsert({ number, state: 'complete', row, values: [lossOf(number)], attempt: 1, by });
  }
  expect(tpeInterval(history, 'tpe')).toBe(interval);
});

/** The interval after 40 trials of two objectives or constraints, of which TPE proposed every fourth. */
function intervalAfter(directions: Direction[], outcomeOf: (isTpe: boolean, i: number) => Outcome): number {
  const history = new TrialTable(numbers, directions);
  for (let number = 0; number < 40; number++) {
    const isTpe = number % 4 === 3;
    history.upsert({
      number,
      state: 'complete',
      row: numbers.sampleRow(createRandom(number)),
      attempt: 1,
      by: isTpe ? 'tpe' : 'gaussianProcess',
      ...outcomeOf(isTpe, number),
    });
  }
  return tpeInterval(history, 'tpe');
}

interface Outcome {
  values: number[];
  constraints?: number[];
}

test('low losses that break the constraints earn TPE no turns', () => {
  for (const directions of [['minimize'], ['minimize', 'minimize']] as Direction[][]) {
    const values = (isTpe: boolean, i: number) => directions.map(() => (isTpe ? 0 : 10) + (i % 3));
    expect(intervalAfter(directions, (isTpe, i) => ({ values: values(isTpe, i) }))).toBe(2);
    const broken = (isTpe: boolean, i: number) => ({
      values: values(isTpe, i),
      constraints: [isTpe ? 1 : -1],
    });
    expect(intervalAfter(directions, broken)).toBe(8);
  }
});

test('the turns of TPE count all objectives', () => {
  const two: Direction[] = ['minimize', 'maximize'];
  // Lower in the first objective but on one front, then dominated, then dominating.
  expect(intervalAfter(two, (isTpe, i) => ({ values: isTpe ? [i - 100, i - 100] : [i, i] }))).toBe(4);
  expect(intervalAfter(two, (isTpe, i) => ({ values: [i, isTpe ? i - 100 : i] }))).toBe(8);
  expect(intervalAfter(two, (isTpe, i) => ({ values: [i, isTpe ? i + 100 : i] }))).toBe(2);
});

test('a study says who proposed what', async () => {
  const study = await createStudy({ space: numbers, optimizer: auto(), seed: 1 });
  await study.optimize(({ x, y }) => x ** 2 + y ** 2, { trials: 53 });
  expect(study.explain()).toMatch(/^gaussianProcess: 4 of the trials 0 to 3 \(initial design\)/);
  expect(study.explain()).toMatch(/tpe: trial 51 \(its turn, one in 4\)/);
  expect(study.best.value).toBeLessThan(0.05);
});

test('refuses unknown options and shares that are none', () => {
  expect(() => auto({ suggestionShare: 2 })).toThrow(/suggestionShare must be a number from 0 to 1/);
  expect(() => auto({ models: 3 } as never)).toThrow(/unknown option 'models'/);
});
