import { InvalidArgumentError } from '../errors.ts';
import { show, type JsonValue } from '../json.ts';
import { plural } from '../plural.ts';
import type { SpaceJSON } from '../space/to-json.ts';
import { withoutConstraints } from '../space/translate-rows.ts';
import type { TrialRecord } from '../storage/trial-record.ts';
import { lossSign, type Direction } from './direction.ts';
import { checkStudyJSON, recordsFromJSON } from './read-study-json.ts';
import type { StudyJSON } from './study-json.ts';

/** An earlier study to learn from: one that is open, or what its `toJSON()` gave, parsed. */
export type WarmStartSource =
  | StudyJSON
  | {
      /** The study as JSON can hold it; see `Study.toJSON`. */
      toJSON(): StudyJSON;
    };

/** The attribute under which a study keeps what it knows of earlier ones. */
export const WARM_START = 'warmStart';

/**
 * What a study keeps of an earlier one: a part of its own definition, so that it gives the same suggestions wherever it is
 * continued, and needs the earlier study no more.
 */
export interface EarlierResults {
  /** The name of the earlier study. */
  readonly study: string;
  /** What it searched, without constraints. */
  readonly space: SpaceJSON;
  /** Configurations, one number per leaf of that space; null where inactive. */
  readonly rows: readonly (readonly (number | null)[])[];
  /** Per configuration one loss (smaller is better) per objective. */
  readonly losses: readonly (readonly number[])[];
}

/** So many trials of a study are kept at most: half of them the best, the others spread over its length. */
const MOST_TRIALS = 100;

/**
 * What to keep of earlier studies: complete and feasible trials with finite values.
 *
 * @param sources what the user gave as `warmStart`.
 * @param directions of the new study.
 * @throws {InvalidArgumentError} something that is no study, or one with other directions or another number of them.
 */
export function earlierResults(
  sources: unknown,
  directions: readonly Direction[],
): readonly EarlierResults[] {
  const list: readonly unknown[] = Array.isArray(sources) ? sources : [sources];
  return list.map((source) => {
    const json = toStudyJSON(source);
    const { name, directions: theirs } = json.study;
    if (theirs.length !== directions.length) {
      throw new InvalidArgumentError(
        `createStudy: warmStart: the study '${name}' has ${plural(theirs.length, 'objective')}, and the new one ${directions.length}; give studies with as many`,
      );
    }
    if (theirs.join() !== directions.join()) {
      throw new InvalidArgumentError(
        `createStudy: warmStart: the directions of the study '${name}' are ${show(theirs)}, and of the new one ${show(directions)}: what was best there would be worst here; give the new study the same directions`,
      );
    }
    const space = withoutConstraints(json.study.space);
    const records = recordsFromJSON(json, space).filter(isUseful);
    const signs = theirs.map(lossSign);
    const lossesOf = ({ values }: TrialRecord): number[] =>
      (values as number[]).map((value, objective) => (signs[objective] as number) * value);
    const kept = selection(records, lossesOf);
    return {
      study: name,
      space: space.toJSON(),
      rows: kept.map(({ row }) => Array.from(row, (x) => (Number.isNaN(x) ? null : x))),
      losses: kept.map(lossesOf),
    };
  });
}

/** What a study was started from, read back from its attributes; nothing if it was started from nothing. */
export function savedResults(attributes: { readonly [name: string]: JsonValue }): readonly EarlierResults[] {
  const saved = attributes[WARM_START];
  return Array.isArray(saved) ? saved : [];
}

function toStudyJSON(source: unknown): StudyJSON {
  const json =
    typeof (source as { toJSON?: unknown } | null)?.toJSON === 'function'
      ? (source as { toJSON(): unknown }).toJSON()
      : source;
  try {
    checkStudyJSON(json as StudyJSON);
  } catch (error) {
    throw new InvalidArgumentError(
      `createStudy: warmStart must be a study, what its toJSON() gave, or a list of these, not ${show(source)}: ${(error as Error).message}`,
    );
  }
  return json as StudyJSON;
}

function isUseful({ state, values, constraints = [] }: TrialRecord): boolean {
  return state === 'complete' && values!.every(Number.isFinite) && constraints.every((c) => c <= 0);
}

/** All of a few; of many, half the best by the first objective, the rest evenly from first to last. */
function selection(
  records: readonly TrialRecord[],
  lossesOf: (record: TrialRecord) => number[],
): readonly TrialRecord[] {
  if (records.length <= MOST_TRIALS) return records;
  const half = MOST_TRIALS / 2;
  const ranked = records.toSorted((a, b) => (lossesOf(a)[0] as number) - (lossesOf(b)[0] as number));
  const best = new Set(ranked.slice(0, half));
  const others = records.filter((record) => !best.has(record));
  const spread = Array.from({ length: half }, (_, i) => others[Math.floor((i * others.length) / half)]);
  const chosen = new Set([...best, ...spread]);
  return records.filter((record) => chosen.has(record));
}
