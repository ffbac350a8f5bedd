import { InvalidArgumentError, StudyError } from '../errors.ts';
import type { FoldsJob } from '../evaluation/evaluate-folds.ts';
import { show, type JsonValue } from '../json.ts';
import { median } from '../pruner/median.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Shape } from '../space/node.ts';
import type { SearchSpace } from '../space/search-space.ts';
import { createStudy, loadStudy, type StudyBehaviour } from '../study/create-study.ts';
import type { Study } from '../study/study.ts';
import type { StudyJSON } from '../study/study-json.ts';
import type { WarmStartSource } from '../study/warm-start.ts';
import { checkSpace, defaultsWithin, type Params } from './complete-params.ts';

/** Which study `tune` works on. */
export interface TuneStudyOptions<T extends Shape, P> extends StudyBehaviour {
  /** The space to search, of parameters of the learner: narrower, wider or smaller than the one it recommends. */
  space?: SearchSpace<T>;
  /** A study to continue: one that is open, or what its `toJSON()` gave, parsed. */
  study?: Study<P> | StudyJSON;
  /** The name of a new study. */
  name?: string;
  /** Continue the study of that name if the storage has one; so the same program may run again, and on many machines. Default false. */
  openIfExists?: boolean;
  /** A whole number from which all randomness of a new study derives. Default: a random one. */
  seed?: number;
  /** Whether a new study begins with the untuned configuration, to compare with. Default true. */
  baseline?: boolean;
  /** Earlier studies that a new one learns from; see `warmStart` of `createStudy`. */
  warmStart?: WarmStartSource | readonly WarmStartSource[];
}

const BEHAVIOUR = [
  'optimizer',
  'pruner',
  'storage',
  'noisy',
] as const satisfies readonly (keyof StudyBehaviour)[];

/** Names of {@link TuneStudyOptions}, for checking. */
export const tuneStudyOptionNames: readonly string[] = [
  'space',
  'study',
  'name',
  'openIfExists',
  'seed',
  'baseline',
  'warmStart',
  ...BEHAVIOUR,
];

/** Marks the trial of the untuned configuration, and keeps with the study what it was made for. */
const BASELINE = 'baseline';
const TUNED = 'tune';

/**
 * Creates, loads or checks the study.
 *
 * @throws {StudyError} `study_mismatch`: a study of another learner, metric or number of splits.
 * @throws {InvalidArgumentError} options that only a new study has, together with an open one.
 */
export async function openTuneStudy<T extends Shape, P>(
  job: FoldsJob,
  options: TuneStudyOptions<T, P>,
): Promise<Study<P>> {
  // Inside, the type of params does not matter; outside, `space` and `study` agree on it.
  const untyped = options as unknown as AnyOptions;
  if (untyped.space !== undefined) checkSpace(job.learner, untyped.space);
  const found =
    untyped.study === undefined ? await newStudy(job, untyped) : await oldStudy(job, untyped.study, untyped);
  checkSpace(job.learner, found.space);
  await checkPurpose(job, found);
  return found as Study as Study<P>;
}

/** The trial of the untuned configuration, if there is one and it is complete. */
export function baselineOf<P>(study: Study<P>): Study<P>['trials'][number] | undefined {
  return study.trials.find(({ state, attributes }) => state === 'complete' && attributes[BASELINE] === true);
}

type AnyOptions = TuneStudyOptions<Shape, Params>;

async function newStudy(job: FoldsJob, options: AnyOptions): Promise<Study<Params>> {
  const { space = job.learner.space, name, seed, openIfExists = false, baseline = true, warmStart } = options;
  if (typeof baseline !== 'boolean') {
    throw new InvalidArgumentError(`tune: baseline must be true or false, not ${show(baseline)}`);
  }
  const { direction } = job.metrics[0];
  const study = await createStudy({
    ...behaviourOf(job, options),
    space,
    direction,
    openIfExists,
    ...(name === undefined ? {} : { name }),
    ...(seed === undefined ? {} : { seed }),
    ...(warmStart === undefined ? {} : { warmStart }),
  });
  const untuned = baseline ? defaultsWithin(job.learner, space) : undefined;
  if (untuned !== undefined)
    await study.enqueue(untuned, { attributes: { [BASELINE]: true }, skipIfExists: openIfExists });
  return study;
}

async function oldStudy(
  job: FoldsJob,
  study: Study<Params> | StudyJSON,
  options: AnyOptions,
): Promise<Study<Params>> {
  const excluded = [
    'name',
    'openIfExists',
    'seed',
    'baseline',
    'warmStart',
    ...(isOpen(study) ? BEHAVIOUR : []),
  ];
  const both = excluded.find((name) => options[name as keyof AnyOptions] !== undefined);
  if (both !== undefined) {
    throw new InvalidArgumentError(
      `tune: ${both} is for a new study, and study continues one that has its own; leave out one of them`,
    );
  }
  const { space } = options;
  if (!isOpen(study)) {
    // Given the space itself rather than its JSON, the study keeps constraints (where).
    const isRecommended = sameJSON(job.learner.space, (study as Partial<StudyJSON> | null)?.study?.space);
    const original = space ?? (isRecommended ? job.learner.space : undefined);
    return loadStudy(study, { ...behaviourOf(job, options), ...(original && { space: original }) });
  }
  if (space !== undefined && !sameJSON(space, study.space)) {
    throw new StudyError(
      'study_mismatch',
      `tune: the study '${study.name}' was created with another space than the one given`,
    );
  }
  return study;
}

function isOpen(study: Study<Params> | StudyJSON): study is Study<Params> {
  return typeof (study as Partial<Study> | null)?.optimize === 'function';
}

function sameJSON(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function behaviourOf(
  { splits }: FoldsJob,
  { optimizer, storage, noisy, pruner = splits.length > 1 ? foldsPruner() : undefined }: StudyBehaviour,
): StudyBehaviour {
  return {
    ...(pruner === undefined ? {} : { pruner }),
    ...(optimizer === undefined ? {} : { optimizer }),
    ...(storage === undefined ? {} : { storage }),
    ...(noisy === undefined ? {} : { noisy }),
  };
}

/**
 * The default where steps are folds; where they are the learner's own, the study has one. A fold says little by itself, so
 * the first one judges nobody.
 */
function foldsPruner(): Pruner {
  return median({ warmupSteps: 1 });
}

/** Scores of another learner or metric, or over other numbers of splits, must not be mixed. */
async function checkPurpose({ learner, metrics, splits }: FoldsJob, study: Study<Params>): Promise<void> {
  const [{ name: metric, direction }] = metrics;
  if (study.directions.length !== 1 || study.directions[0] !== direction) {
    throw new StudyError(
      'study_mismatch',
      `tune: the metric '${metric}' is to ${direction}, and the study '${study.name}' is to ${study.directions.join(' and ')}`,
    );
  }
  const purpose: { [name: string]: JsonValue } = { learner: learner.name, metric, splits: splits.length };
  const known = study.attributes[TUNED] as typeof purpose | undefined;
  for (const [name, value] of Object.entries(known ?? {})) {
    if (value === purpose[name]) continue;
    throw new StudyError(
      'study_mismatch',
      `tune: the study '${study.name}' was made with ${name} ${show(value)}, not ${show(purpose[name])}; continue it as it began, or start a new one`,
    );
  }
  if (known === undefined) await study.setAttribute(TUNED, purpose);
}
