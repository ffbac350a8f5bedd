import {
  InvalidArgumentError,
  StudyError,
  TunableError,
  UnsupportedError,
  type ErrorCode,
} from '../errors.ts';
import { isJsonObject, show, type JsonValue } from '../json.ts';
import { auto } from '../optimizer/auto/auto.ts';
import type { Optimizer } from '../optimizer/optimizer.ts';
import { checkOptions, checkText } from '../options.ts';
import { asha } from '../pruner/asha.ts';
import { noPruning } from '../pruner/none.ts';
import type { Pruner } from '../pruner/pruner.ts';
import type { Infer, Shape } from '../space/node.ts';
import { SearchSpace } from '../space/search-space.ts';
import { memory } from '../storage/memory.ts';
import { translateRows, withoutConstraints } from '../space/translate-rows.ts';
import type { Storage, StudyHeader, StudyStore } from '../storage/storage.ts';
import { isFinished, type TrialRecord } from '../storage/trial-record.ts';
import type { Direction } from './direction.ts';
import { firstTrials, withEarlierResults } from './begin-warm.ts';
import { Study } from './study.ts';
import { matchSpace } from './match-space.ts';
import { checkStudyJSON, recordsFromJSON } from './read-study-json.ts';
import type { StudyJSON } from './study-json.ts';
import type { WarmStartSource } from './warm-start.ts';

/** How a study works, whether new or continued. */
export interface StudyBehaviour {
  /** What proposes configurations. Default `auto()`. */
  optimizer?: Optimizer;
  /**
   * What stops hopeless trials; acts only on trials that report. Default `asha({ cautious: true })`; with several objectives
   * none.
   */
  pruner?: Pruner;
  /** Where the study is kept. Default: in memory. */
  storage?: Storage;
  /** Whether the same configuration may give different values, so that evaluating it again is worth while. Default false. */
  noisy?: boolean;
}

/** Options of {@link createStudy}. */
export interface CreateStudyOptions<S extends Shape> extends StudyBehaviour {
  /** What to search; gives `params` their type. */
  space: SearchSpace<S>;
  /** Whether small or large values are good. Default `'minimize'`. */
  direction?: Direction;
  /** For several objectives: one direction each, instead of `direction`. */
  directions?: readonly Direction[];
  /** The name under which the storage keeps it. Default: made from the time. */
  name?: string;
  /** A whole number from which all randomness derives: the same seed gives the same study. Default: a random one. */
  seed?: number;
  /** Anything to keep with the study. */
  attributes?: { readonly [name: string]: JsonValue };
  /**
   * Open the study if the storage has one of that name, as `openStudy` does: so that many machines can run the same
   * line. Its directions must be the same, and so must its seed, if one is given and it has one of its own; it keeps its
   * attributes. Default false.
   */
  openIfExists?: boolean;
  /**
   * Earlier studies of the same or a similar problem to learn from: studies, or what their `toJSON()` gave, parsed. Their best
   * configurations are run first, up to three of each and five in all; then Gaussian processes and TPE (and so `auto()`)
   * start from what the earlier studies suggest, for as long as that agrees with what is seen. Parameters are matched by
   * name, and directions must be the same. What is needed of the earlier studies is kept with this one, in its attribute
   * `warmStart`.
   */
  warmStart?: WarmStartSource | readonly WarmStartSource[];
}

const BEHAVIOUR = ['optimizer', 'pruner', 'storage', 'noisy'] as const;

/**
 * Creates a study.
 *
 * @throws {InvalidArgumentError} an option that is unknown or of the wrong type.
 * @throws {StudyError} `study_exists` when the storage has a study of that name; with `openIfExists`, `study_mismatch` when
 *   that one is another.
 * @throws {UnsupportedError} an optimizer or a pruner that cannot serve this space or these objectives.
 * @example
 * const study = await createStudy({ space: space({ x: float(-5, 5) }), direction: 'minimize' });
 * await study.optimize(({ x }) => x * x, { trials: 50 });
 */
export async function createStudy<S extends Shape>(
  options: CreateStudyOptions<S>,
): Promise<Study<Infer<SearchSpace<S>>>> {
  checkOptions('createStudy', options, [
    'space',
    'direction',
    'directions',
    'name',
    'seed',
    'attributes',
    'openIfExists',
    'warmStart',
    ...BEHAVIOUR,
  ]);
  const { openIfExists = false } = options;
  if (typeof openIfExists !== 'boolean')
    throw new InvalidArgumentError(
      `createStudy: openIfExists must be true or false, not ${show(openIfExists)}`,
    );
  const { space, seed = Math.floor(Math.random() * 2 ** 32), attributes = {}, warmStart } = options;
  checkSpace('createStudy', space);
  const directions = checkDirections(options.direction, options.directions);
  if (!Number.isSafeInteger(seed))
    throw new InvalidArgumentError(`createStudy: seed must be a whole number, not ${show(seed)}`);
  if (!isJsonObject(attributes))
    throw new InvalidArgumentError(
      `createStudy: attributes must be an object that JSON can hold, not ${show(attributes)}`,
    );
  const createdAt = Date.now();
  const name =
    options.name ??
    `study-${new Date(createdAt).toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '')}-${seed.toString(36)}`;
  checkText('createStudy: name', name);
  const behaviour = checkBehaviour('createStudy', options, directions);
  const header: StudyHeader = {
    name,
    space: space.toJSON(),
    directions,
    seed,
    createdAt,
    attributes: withEarlierResults(attributes, warmStart, space, directions),
  };
  behaviour.optimizer.check?.({ space, directions });
  try {
    const store = await behaviour.storage.create(header, firstTrials(header, space));
    return new Study<Infer<SearchSpace<S>>>({ ...behaviour, space, store }, await store.pull());
  } catch (error) {
    if (!openIfExists || !hasCode(error, 'study_exists')) throw error;
  }
  const { store, records } = await openStore(behaviour.storage, name, space);
  const problem = differenceFrom(store.header, directions, options.seed);
  if (problem === undefined) return new Study<Infer<SearchSpace<S>>>({ ...behaviour, space, store }, records);
  await store.close();
  throw new StudyError('study_mismatch', `createStudy: the study '${name}' exists already, and ${problem}`);
}

function differenceFrom(
  header: StudyHeader,
  directions: readonly Direction[],
  seed: number | undefined,
): string | undefined {
  if (header.directions.join() !== directions.join())
    return `its directions are ${show(header.directions)}, not ${show(directions)}`;
  return seed === undefined || seed === header.seed || header.isSeedMadeUp === true
    ? undefined
    : `its seed is ${header.seed}, not ${seed}; leave the seed out to continue it`;
}

/** Opens a study to go on with `given`, into which its space may have to grow once it goes on. */
async function openStore(
  storage: Storage,
  name: string,
  given: SearchSpace | undefined,
): Promise<{ store: StudyStore; space: SearchSpace; records: readonly TrialRecord[] }> {
  for (let attempt = 1; ; attempt++) {
    const store = await storage.open(name);
    let isMatched = false;
    try {
      const { space, hasGrown } = matchSpace(store.header, given);
      isMatched = true;
      if (hasGrown) {
        if (store.setSpace === undefined) {
          throw new UnsupportedError(
            `the space of '${name}' is not the one given, and the storage '${storage.name}' cannot replace it`,
          );
        }
        await store.setSpace(space.toJSON());
      }
      return { store, space, records: await store.pull() };
    } catch (error) {
      await store.close();
      // Somebody else has replaced the space since it was read: look at theirs.
      if (!isMatched || !hasCode(error, 'study_mismatch') || attempt === 10) throw error;
    }
  }
}

/** Runs `work`, and closes the store if that throws: nobody else could. */
async function orClose<T>(store: StudyStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await store.close();
    throw error;
  }
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return TunableError.isInstance(error) && error.code === code;
}

/** Options of {@link openStudy}. */
export interface OpenStudyOptions<S extends Shape> extends StudyBehaviour {
  /** The name it was created with. */
  name: string;
  /** Where it is kept. */
  storage: Storage;
  /**
   * The space it was created with: gives `params` their type, and is needed if the space has constraints (`where`). It may
   * have grown: wider bounds, further choices, new parameters with a default, which the trials so far take.
   */
  space?: SearchSpace<S>;
}

/**
 * Opens a study that a storage holds. It continues where it stopped: given the same `optimizer`, the next suggestion is the one
 * that would have come next. Pass `optimizer`, `pruner` and `noisy` again: they are not part of what is saved, and the defaults
 * take the place of what is left out.
 *
 * @throws {StudyError} `study_not_found`, or `study_mismatch` when the study cannot go on in `space`.
 */
export async function openStudy<S extends Shape = Shape>(
  options: OpenStudyOptions<S>,
): Promise<Study<Infer<SearchSpace<S>>>> {
  checkOptions('openStudy', options, ['name', 'space', ...BEHAVIOUR]);
  if (typeof options.storage?.open !== 'function') {
    throw new InvalidArgumentError(
      `openStudy: storage must be the storage that holds the study, not ${show(options.storage)}`,
    );
  }
  checkText('openStudy: name', options.name);
  const given = checkedSpace('openStudy', options.space);
  const { store, space, records } = await openStore(options.storage, options.name, given);
  return orClose(store, async () => {
    const behaviour = checkBehaviour('openStudy', options, store.header.directions);
    return new Study<Infer<SearchSpace<S>>>({ ...behaviour, space, store }, records);
  });
}

/** Options of {@link loadStudy}. */
export interface LoadStudyOptions<S extends Shape> extends StudyBehaviour {
  /** As for {@link OpenStudyOptions}: the space it was created with, or one that has grown. */
  space?: SearchSpace<S>;
}

/**
 * Makes a study of what `study.toJSON()` saved. It continues where it stopped: given the same `optimizer`, the next suggestion
 * is the one that the saved study would have made, and trials that were running are run again first. Pass `optimizer`,
 * `pruner` and `noisy` again: they are not part of what is saved, and the defaults take the place of what is left out.
 *
 * @param json the saved study, parsed.
 * @throws {StudyError} `study_mismatch` when `json` is no saved study or does not fit `space`; `study_exists` when the
 *   storage has a study of that name.
 */
export async function loadStudy<S extends Shape = Shape>(
  json: StudyJSON,
  options: LoadStudyOptions<S> = {},
): Promise<Study<Infer<SearchSpace<S>>>> {
  checkOptions('loadStudy', options, ['space', ...BEHAVIOUR]);
  checkStudyJSON(json);
  const { space, hasGrown } = matchSpace(json.study, checkedSpace('loadStudy', options.space));
  const { isSpaceInferred: _, ...declared } = json.study;
  const header = hasGrown ? { ...declared, space: space.toJSON() } : json.study;
  let records = recordsFromJSON(json, hasGrown ? withoutConstraints(json.study.space) : space).map(restart);
  if (hasGrown) {
    const translate = translateRows(json.study.space, header.space);
    records = records.map((record) => ({ ...record, row: translate(record.row) }));
  }
  const behaviour = checkBehaviour('loadStudy', options, header.directions);
  behaviour.optimizer.check?.({ space, directions: header.directions });
  const finished = json.finished.map((number) => records[number] as TrialRecord);
  const others = records.filter(({ state }) => !isFinished(state));
  const store = await behaviour.storage.create(header, [...finished, ...others]);
  return orClose(
    store,
    async () => new Study<Infer<SearchSpace<S>>>({ ...behaviour, space, store }, await store.pull()),
  );
}

/** A trial that was running when the study was saved waits to be run again. */
export function restart(record: TrialRecord): TrialRecord {
  if (record.state !== 'running') return record;
  const { reports: _, startedAt: __, ...rest } = record;
  return { ...rest, state: 'waiting' };
}

function checkBehaviour(
  owner: string,
  options: StudyBehaviour,
  directions: readonly Direction[],
): { optimizer: Optimizer; pruner: Pruner; storage: Storage; isNoisy: boolean } {
  const { optimizer = auto(), pruner, storage = memory(), noisy = false } = options;
  if (typeof optimizer?.suggest !== 'function') {
    throw new InvalidArgumentError(
      `${owner}: optimizer must be an optimizer such as tpe() (call it), not ${show(optimizer)}`,
    );
  }
  if (pruner !== undefined && typeof pruner?.shouldPrune !== 'function') {
    throw new InvalidArgumentError(
      `${owner}: pruner must be a pruner such as asha() or noPruning(), not ${show(pruner)}`,
    );
  }
  if (typeof storage?.create !== 'function') {
    throw new InvalidArgumentError(
      `${owner}: storage must be a storage such as memory(), not ${show(storage)}`,
    );
  }
  if (typeof noisy !== 'boolean')
    throw new InvalidArgumentError(`${owner}: noisy must be true or false, not ${show(noisy)}`);
  return {
    optimizer,
    pruner: pruner ?? (directions.length > 1 ? noPruning() : asha({ cautious: true })),
    storage,
    isNoisy: noisy,
  };
}

function checkSpace(owner: string, space: unknown): void {
  if (!(space instanceof SearchSpace)) {
    throw new InvalidArgumentError(`${owner}: space must be made by space({ ... }), not ${show(space)}`);
  }
}

function checkDirections(direction: unknown, directions: unknown): readonly Direction[] {
  if (direction !== undefined && directions !== undefined) {
    throw new InvalidArgumentError('createStudy: give direction or directions, not both');
  }
  const list: unknown = directions ?? [direction ?? 'minimize'];
  if (!Array.isArray(list) || list.length === 0 || list.some((d) => d !== 'minimize' && d !== 'maximize')) {
    throw new InvalidArgumentError(
      `createStudy: ${directions === undefined ? 'direction must be' : 'directions must be a list of'} 'minimize' or 'maximize', not ${show(directions ?? direction)}`,
    );
  }
  return list as readonly Direction[];
}

function checkedSpace(owner: string, space: SearchSpace | undefined): SearchSpace | undefined {
  if (space !== undefined) checkSpace(owner, space);
  return space;
}
