import type { History } from './history.ts';

/** The trials that one optimizer proposed for one reason. */
interface Entry {
  readonly by: string;
  readonly why: string;
  readonly first: number;
  last: number;
  trials: number;
  /** How many of them were better than all that had finished before; 0 with several objectives. */
  improvements: number;
}

/** Who proposed the trials of a study and why: a line for each optimizer and reason, in order of first appearance. */
export function explain(history: History): string {
  const improved = improvements(history);
  const entries = new Map<string, Entry>();
  for (let trial = 0; trial < history.size; trial++) {
    const { state, by = 'another program', why = '' } = history.record(trial);
    if (state === 'waiting') continue;
    const key = `${by}\n${why}`;
    let entry = entries.get(key);
    if (entry === undefined)
      entries.set(key, (entry = { by, why, first: trial, last: trial, trials: 0, improvements: 0 }));
    entry.last = trial;
    entry.trials++;
    if (improved.has(trial)) entry.improvements++;
  }
  return Array.from(entries.values(), toLine).join('\n');
}

function toLine({ by, why, first, last, trials, improvements: count }: Entry): string {
  const range = trials === 1 ? `trial ${first}` : `${trials} of the trials ${first} to ${last}`;
  const gain = count === 0 ? '' : `; ${count} set a new best`;
  return `${by}: ${range}${why === '' ? '' : ` (${why})`}${gain}`;
}

/** The trials that were better than all that had finished before them. */
function improvements(history: History): ReadonlySet<number> {
  const better = new Set<number>();
  if (history.directions.length > 1) return better;
  let best = Infinity;
  for (const trial of history.finished) {
    const loss = history.losses(0)[trial] as number;
    if (history.record(trial).state !== 'complete' || history.violations[trial] !== 0 || !(loss < best))
      continue;
    best = loss;
    better.add(trial);
  }
  return better;
}
