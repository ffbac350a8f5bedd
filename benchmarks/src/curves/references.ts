import { readFileSync, writeFileSync } from 'node:fs';

import { createRandom, createStudy, noPruning, tpe } from '@tunable/core';

import { allTasks } from './tasks.ts';
import type { CurveTask, Reference } from './task.ts';

const file = new URL('../../results/curve-references.json', import.meta.url);

/** The stored references, by task. */
export function readReferences(): { readonly [task: string]: Reference } {
  return JSON.parse(readFileSync(file, 'utf8')) as { [task: string]: Reference };
}

/**
 * Finds the references of tasks and stores them; takes some minutes.
 *
 * @param options whether those that are stored already are found anew; else the tasks without one are looked at.
 * @returns the names of the tasks whose references were found.
 */
export async function writeReferences({ anew }: { readonly anew: boolean }): Promise<string[]> {
  const references: { [task: string]: Reference } = {};
  const stored = readReferences();
  const found: string[] = [];
  for (const task of allTasks()) {
    const old = anew ? undefined : stored[task.name];
    if (old === undefined) found.push(task.name);
    references[task.name] = old ?? (await findReference(task));
  }
  writeFileSync(file, `${JSON.stringify(references, undefined, 2)}\n`);
  return found;
}

/** The median of 600 random configurations, and the best of these and of four studies of 200. */
async function findReference(task: CurveTask): Promise<Reference> {
  const { space } = task;
  const random = createRandom(0);
  const final = (params: unknown): number => [...task.curve(params as never)].at(-1) as number;
  const drawn = Float64Array.from({ length: 600 }, () =>
    final(space.decode(space.sampleRow(random))),
  ).toSorted();
  let best = drawn[0] as number;
  for (let seed = 1000; seed < 1004; seed++) {
    const study = await createStudy({ space, optimizer: tpe(), pruner: noPruning(), seed });
    await study.optimize((params) => final(params), { trials: 200, progress: false });
    best = Math.min(best, study.best.value);
  }
  return { best, median: drawn[drawn.length >> 1] as number };
}
