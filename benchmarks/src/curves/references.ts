import { readFileSync, writeFileSync } from 'node:fs';

import { createRandom, createStudy, noPruning, tpe } from '@tunable/core';

import { allTasks } from './tasks.ts';
import type { CurveTask, Reference } from './task.ts';

const file = new URL('../../results/curve-references.json', import.meta.url);

/** The stored references, by task. */
export function readReferences(): { readonly [task: string]: Reference } {
  return JSON.parse(readFileSync(file, 'utf8')) as { [task: string]: Reference };
}

/** Finds the references of all tasks anew and stores them; takes some minutes. */
export async function writeReferences(): Promise<void> {
  const references: { [task: string]: Reference } = {};
  for (const task of allTasks()) {
    references[task.name] = await findReference(task);
    console.log(task.name, references[task.name]);
  }
  writeFileSync(file, `${JSON.stringify(references, undefined, 2)}\n`);
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
