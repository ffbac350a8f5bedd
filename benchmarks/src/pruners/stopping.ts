import {
  asha,
  createRandom,
  createStudy,
  float,
  hyperband,
  learningCurve,
  median,
  random,
  space,
  TrialPruned,
  type Pruner,
} from '@tunable/core';

import { mean } from '../quality/score.ts';
import type { Table } from '../report/table.ts';
import { FAMILIES, STEPS, withNoise, type Curve } from './families.ts';

const TRIALS = 25;
const NOISES = [0.003, 0.02] as const;

const PRUNERS: { readonly [name: string]: () => Pruner } = {
  'learningCurve()': () => learningCurve(),
  'median()': () => median(),
  'hyperband()': () => hyperband({ maxResource: STEPS }),
  'asha({ cautious: true })': () => asha({ cautious: true }),
};

/** What a pruner does to trials that would have been the best, and what it saves. */
export interface Stopping {
  /** How many trials would have ended better than all that were complete then, and how many of those were pruned. */
  readonly best: number;
  readonly lost: number;
  /** The share of all steps that were not made. */
  readonly saved: number;
}

/** How many of the trials that would have been the best each pruner ends, on curves of eight families, for which saving. */
export async function measureStopping(studies: number): Promise<Table> {
  const rows: string[][] = [];
  for (const [name, pruner] of Object.entries(PRUNERS)) {
    console.error(`pruners: ${name} on families of curves`);
    const cells: string[] = [];
    let worst = 0;
    for (const noise of NOISES) {
      const families: Stopping[] = [];
      for (const [i, draw] of Object.values(FAMILIES).entries()) {
        const runs: Stopping[] = [];
        for (let seed = 0; seed < studies; seed++) {
          const stream = createRandom(i, seed);
          const curves = Array.from({ length: TRIALS }, () => draw(stream));
          runs.push(await runStopping(pruner(), curves, noise, seed));
        }
        families.push(poolStopping(runs));
      }
      const { best, lost, saved } = poolStopping(families);
      cells.push(`${percent(lost / best)}, ${percent(saved)}`);
      worst = Math.max(worst, ...families.map((one) => one.lost / one.best));
    }
    rows.push([name, ...cells, percent(worst)]);
  }
  return {
    title: 'Trials ended that would have been the best, and steps saved',
    columns: ['pruner', ...NOISES.map((noise) => `noise ${noise}: lost, saved`), 'lost in the worst family'],
    rows,
    notes: [
      `${studies} studies of ${TRIALS} random trials of ${STEPS} steps on each of ${Object.keys(FAMILIES).length} families of curves (${Object.keys(FAMILIES).join(', ')}), which begin at about 0.7 and end in 0 to 0.4; noise is the standard deviation of a report. Lost: the share ended of the trials that would have been better than all that were complete at their time. Trials that a pruner would pause are ended.`,
    ],
  };
}

/** One study, whose trials have the given curves in turn. */
export async function runStopping(
  pruner: Pruner,
  curves: readonly Curve[],
  noise: number,
  seed: number,
): Promise<Stopping> {
  const study = await createStudy({ space: space({ x: float(0, 1) }), optimizer: random(), pruner, seed });
  let smallest = Infinity;
  let [best, lost, steps] = [0, 0, 0];
  for (const [i, clean] of curves.entries()) {
    const curve = withNoise(clean, noise, 1000 * seed + i);
    const end = curve(STEPS);
    const isBest = end < smallest && i > 0;
    if (isBest) best++;
    const trial = await study.ask();
    try {
      for (let step = 0; step < STEPS; step++) {
        steps++;
        await trial.report(step, curve(step + 1));
      }
      await study.tell(trial, end);
      smallest = Math.min(smallest, end);
    } catch (error) {
      if (!(error instanceof TrialPruned)) throw error;
      await study.tell(trial, error);
      if (isBest) lost++;
    }
  }
  return { best, lost, saved: 1 - steps / (STEPS * curves.length) };
}

function poolStopping(all: readonly Stopping[]): Stopping {
  const sum = (key: 'best' | 'lost'): number => all.reduce((total, one) => total + one[key], 0);
  return { best: sum('best'), lost: sum('lost'), saved: mean(all.map(({ saved }) => saved)) };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
