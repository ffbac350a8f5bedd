import type { History } from './history.ts';

/** The trials that one optimizer proposed for one reason, or for reasons that differ in the number they end with only. */
interface Entry {
  readonly by: string;
  /** The reason without the number. */
  readonly why: string;
  /** The smallest and the largest number; undefined if there is none. */
  numbers: { readonly least: number; readonly most: number } | undefined;
  readonly first: number;
  last: number;
  trials: number;
  /** How many of them were better than all that had finished before; 0 with several objectives. */
  improvements: number;
}

/**
 * Who proposed the trials of a study and why: a line for each optimizer and reason, in order of first appearance. Reasons that
 * differ only in the number they end with share a line: 'generation 1 to 37'.
 */
export function explain(history: History): string {
  const improved = improvements(history);
  const entries = new Map<string, Entry>();
  for (let trial = 0; trial < history.size; trial++) {
    const { state, by = 'another program', why: reason = '' } = history.record(trial);
    if (state === 'waiting') continue;
    const { why, number } = splitNumber(reason);
    const key = `${by}\n${why}\n${number === undefined}`;
    let entry = entries.get(key);
    if (entry === undefined) {
      const numbers = number === undefined ? undefined : { least: number, most: number };
      entries.set(key, (entry = { by, why, numbers, first: trial, last: trial, trials: 0, improvements: 0 }));
    }
    if (entry.numbers !== undefined && number !== undefined) {
      const { least, most } = entry.numbers;
      entry.numbers = { least: Math.min(least, number), most: Math.max(most, number) };
    }
    entry.last = trial;
    entry.trials++;
    if (improved.has(trial)) entry.improvements++;
  }
  return Array.from(entries.values(), toLine).join('\n');
}

/** A reason, and the whole number that it ends with. */
function splitNumber(reason: string): { why: string; number: number | undefined } {
  const digits = / (\d{1,15})$/.exec(reason)?.[1];
  if (digits === undefined) return { why: reason, number: undefined };
  return { why: reason.slice(0, -digits.length), number: Number(digits) };
}

function toLine({ by, why: text, numbers, first, last, trials, improvements: count }: Entry): string {
  const why = text + describeNumbers(numbers);
  const range = trials === 1 ? `trial ${first}` : `${trials} of the trials ${first} to ${last}`;
  const gain = count === 0 ? '' : `; ${count} set a new best`;
  return `${by}: ${range}${why === '' ? '' : ` (${why})`}${gain}`;
}

function describeNumbers(numbers: Entry['numbers']): string {
  if (numbers === undefined) return '';
  const { least, most } = numbers;
  return least === most ? `${least}` : `${least} to ${most}`;
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
