import { asha, createRandom, noPruning, random } from '@tunable/core';
import { expect, test } from 'vitest';

import { curveTables, type GroupRuns } from './curves.ts';
import { DEFAULT, METHODS } from './methods.ts';
import { readReferences } from './references.ts';
import { runOnCurves } from './run-on-curves.ts';
import { EPOCHS, type CurveTask } from './task.ts';
import { allTasks, taskGroups } from './tasks.ts';

/** Final losses and losses after the first ninth of some random configurations. */
function sample(task: CurveTask, count: number): { early: number[]; final: number[] } {
  const stream = createRandom(5);
  const curves = Array.from({ length: count }, () => [
    ...task.curve(task.space.decode(task.space.sampleRow(stream)) as never),
  ]);
  return { early: curves.map((curve) => curve[2]!), final: curves.map((curve) => curve.at(-1)!) };
}

/** The share of pairs that are ordered alike. */
function concordance({ early, final }: { early: number[]; final: number[] }): number {
  let alike = 0;
  let pairs = 0;
  for (let i = 0; i < early.length; i++) {
    for (let j = 0; j < i; j++) {
      if (early[i] === early[j] || final[i] === final[j]) continue;
      pairs++;
      if (Math.sign(early[i]! - early[j]!) === Math.sign(final[i]! - final[j]!)) alike++;
    }
  }
  return alike / pairs;
}

test('every task has whole curves, the same each time, and a stored reference', () => {
  const references = readReferences();
  for (const task of allTasks()) {
    const params = task.space.decode(task.space.sampleRow(createRandom(1))) as never;
    const [once, again] = [[...task.curve(params)], [...task.curve(params)]];
    expect(once).toHaveLength(EPOCHS);
    expect(once).toEqual(again);
    const { best, median } = references[task.name]!;
    expect(best).toBeLessThan(median);
    expect(Math.min(...sample(task, 5).final)).toBeGreaterThanOrEqual(best);
  }
});

test('early values tell in ordinary tasks and mislead in hostile ones', () => {
  const { ordinary, hostile } = taskGroups();
  for (const task of ordinary.filter(({ kind }) => kind === 'synthetic'))
    expect(concordance(sample(task, 60))).toBeGreaterThan(0.55);
  for (const task of hostile) expect(concordance(sample(task, 60))).toBeLessThan(0.5);
});

test('random search without pruning has one more full training after each; what is paused adds none', async () => {
  const task = taskGroups().ordinary.find(({ name }) => name === 'power-law-4')!;
  const reference = readReferences()[task.name]!;
  const plain = { name: '', optimizer: random, pruner: noPruning };
  const { regrets, warnedAfter } = await runOnCurves(task, reference, plain, 1, [0.5, 1, 100]);
  expect(regrets[0]).toBe(1);
  expect(regrets[1]).toBeLessThanOrEqual(1);
  expect(regrets[2]).toBeLessThan(regrets[1]!);
  expect(warnedAfter).toBe(Infinity);
  const paused = { ...plain, pruner: () => asha({ maxResource: EPOCHS, calibration: 0 }) };
  expect((await runOnCurves(task, reference, paused, 1, [1])).regrets).toEqual([1]);
});

test('groups are pooled, and the default and asha() compared with each method', () => {
  const groups = taskGroups();
  const regretOf = (method: string): number => (method === DEFAULT ? 0.2 : 0.5);
  const runsOf = (tasks: readonly CurveTask[], seeds: number): GroupRuns =>
    new Map(
      METHODS.map(({ name }) => [
        name,
        tasks.map(() =>
          Array.from({ length: seeds }, () => ({
            regrets: [1, 1, 1, regretOf(name)],
            warnedAfter: Infinity,
          })),
        ),
      ]),
    );
  const tables = curveTables(groups, {
    ordinary: runsOf(groups.ordinary, 2),
    heldOut: runsOf(groups.heldOut, 2),
    later: runsOf(groups.later, 3),
    hostile: runsOf(groups.hostile, 1),
  });
  const pooled = tables.find(({ title }) => title.startsWith('All learning curves'))!;
  expect(pooled.notes![0]).toContain('2 to 3 seeds, 22 tasks');
  expect(pooled.rows.find(([name]) => name === DEFAULT)!.slice(1, 5)).toEqual([
    '1.000',
    '1.000',
    '1.000',
    '0.200',
  ]);
  expect(tables.find(({ title }) => title.startsWith('Ordinary and held-out'))!.notes![0]).toContain(
    '2 seeds, 14 tasks',
  );
  const differences = tables.filter(({ title }) => title.endsWith(`'${DEFAULT}' minus the others`));
  const [right, wrong] = [differences[0], differences.at(-1)];
  expect(right!.rows).toHaveLength(METHODS.length - 1);
  expect(right!.rows[0]!.at(-1)).toBe('-0.300 [-0.300, -0.300]');
  expect(wrong!.notes![0]).toContain('1 seed, 4 tasks');
});
