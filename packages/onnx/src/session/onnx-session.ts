import {
  createStudy,
  InvalidArgumentError,
  UnsupportedError,
  type Direction,
  type JsonValue,
  type Objective,
  type SearchSpace,
  type Shape,
  type Study,
  type StudyBehaviour,
} from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { describeModel } from '../explain-failure.ts';
import { defaultProvider } from '../providers/known-providers.ts';
import { providersFor, type ProviderTable } from '../providers/providers.ts';
import type { OnnxModel } from '../runtime.ts';
import { checkCompareOptions, compareSettings, perBlock, type CompareOptions } from './compare-settings.ts';
import { exclusively } from './exclusively.ts';
import { createJudge } from './judge.ts';
import { busyWarning, describeMachine, type Machine } from './machine.ts';
import {
  checkOnnxSessionOptions,
  type CheckedOptions,
  type OnnxSessionOptions,
  type SessionGoal,
  type SettingsOnly,
  type TunedParams,
} from './onnx-session-options.ts';
import { measure, MIN_ROUNDS, type Scene } from './measure.ts';
import { sessionCode } from './session-code.ts';
import { toSessionOptions, type SessionParams } from './session-params.ts';
import { sessionSpace } from './session-space.ts';
import { compareRounds, median, type Comparison } from './statistics.ts';
import { timeRounds, type Timings } from './time-rounds.ts';
import { openTrialSession, type TrialSession } from './trial-session.ts';

/** A model made ready for tuning: what to search, what to call, and what it is compared with. Made by {@link onnxSession}. */
export interface OnnxSession<P> {
  /** What is searched: the settings of the session that can be used here, and the user's own parameters. */
  readonly space: SearchSpace;
  /** One per goal. */
  readonly directions: readonly Direction[];
  /**
   * Times and judges one configuration. Trials wait for one another, so that none is timed while another computes. A configuration
   * that cannot run (a provider without the model's operators, too little memory) fails its trial only.
   */
  readonly objective: Objective<P>;
  /** The defaults of the space: what is compared with. */
  readonly reference: {
    /** The configuration. */
    readonly params: P;
    /** Milliseconds of a run (its median) when measuring began; all times of trials are told as of then. */
    readonly p50: number;
    /** Its quality; undefined without `evaluate`. */
    readonly quality: number | undefined;
  };
  /** Two sessions of the defaults compared with each other: how far apart equal settings seem to be on this machine. */
  readonly noise: Comparison;
  /** The execution providers, which of them can be used, and why not the others. */
  readonly providers: ProviderTable;
  /** Where it is measured. */
  readonly machine: Machine;
  /** What the user should know. Usually empty. */
  readonly warnings: readonly string[];

  /**
   * A study of this space and these goals that begins with the defaults, and keeps the machine, the providers and the noise in its
   * attributes.
   */
  createStudy(options?: SessionStudyOptions): Promise<Study<P>>;
  /** The options to create a session with; what equals the runtime's default is left out. */
  sessionOptions(params: P): InferenceSession.SessionOptions;
  /** The same as a program to paste. */
  code(params: P): string;
  /**
   * Times two configurations in turns, each round with new sessions, and says whether one is faster beyond noise.
   *
   * @param params the first. @param other the second; by default the reference.
   * @throws {InvalidArgumentError} options that are none. @throws the reason of `options.signal` when that aborts.
   */
  compare(params: P, other?: P, options?: CompareOptions): Promise<Comparison>;
  /** Releases the session of the defaults. Always call it when done. */
  close(): Promise<void>;
}

/** How a study of {@link OnnxSession.createStudy} works. */
export interface SessionStudyOptions extends Omit<StudyBehaviour, 'noisy'> {
  /** The name under which a storage keeps it. */
  name?: string;
  /** A whole number from which the optimizer's choices derive; times remain what they are. Default: a random one. */
  seed?: number;
}

/**
 * Prepares the tuning of how a model runs and decides: tries the execution providers, checks the inputs against the model, times and
 * judges the defaults.
 *
 * In Node, ONNX Runtime computes on the calling thread, which does nothing else meanwhile. Nothing else should compute on this
 * machine while times are measured: no second study in another thread or process.
 *
 * @throws {InvalidArgumentError} options, a model that is none, inputs that it does not take (the message lists what it expects).
 * @throws {UnsupportedError} no provider can run the model; a goal that cannot be measured here.
 * @example
 * const session = await onnxSession({ runtime: ort, model: 'detector.onnx', inputs: [{ image }] });
 * const study = await session.createStudy();
 * await study.optimize(session.objective, { trials: 40 });
 * console.log(session.code(study.best.params));
 * await session.close();
 */
export async function onnxSession<const S extends Shape = SettingsOnly>(
  options: OnnxSessionOptions<S>,
): Promise<OnnxSession<TunedParams<S>>> {
  // Inside, the types of the user's parameters do not matter.
  return (await prepare('onnxSession', options as unknown as OnnxSessionOptions)) as unknown as OnnxSession<
    TunedParams<S>
  >;
}

async function prepare(owner: string, given: OnnxSessionOptions): Promise<OnnxSession<SessionParams>> {
  const options = checkOnnxSessionOptions(owner, given);
  const { runtime, models } = options;
  const machine = describeMachine(runtime);
  const [firstModel] = Object.values(models) as [OnnxModel];
  const table = await providersFor(owner, runtime, {
    model: firstModel,
    ...(options.providers === undefined ? {} : { names: options.providers }),
  });
  if (table.usable.length === 0) {
    throw new UnsupportedError(
      `${owner}: no execution provider can run ${describeModel(firstModel)}\n${String(table)}`,
    );
  }
  const usual = defaultProvider(runtime);
  const space = sessionSpace({
    owner,
    variants: Object.keys(models),
    providers: table,
    defaultProvider: table.usable.includes(usual) ? usual : (table.usable[0] as string),
    hasThreads: runtime.listSupportedBackends !== undefined,
    cores: machine.cores,
    search: options.search,
    space: options.space,
  });
  const params = space.decode(space.defaultRow()) as unknown as SessionParams;
  const scene = await exclusively(() => measureReference(owner, options, params));
  return createOnnxSession(scene, { space, machine, providers: table, noise: scene.noise });
}

/** Opens and judges the session of the defaults, and times it against another one of them. */
async function measureReference(
  owner: string,
  options: CheckedOptions,
  params: SessionParams,
): Promise<Scene & Pick<OnnxSession<SessionParams>, 'noise'>> {
  const reference = await openTrialSession(owner, options, params);
  try {
    const judge = createJudge(options);
    const quality = (await judge.judge(params, reference, new AbortController().signal))?.value;
    const [first, second] = await timeTwice(owner, options, params, reference);
    const baseMs = median([...first.perSample, ...second.perSample]);
    return {
      options,
      judge,
      params,
      reference,
      quality,
      baseMs,
      noise: compareRounds(perBlock(first, second)),
    };
  } catch (error) {
    await reference.release();
    throw error;
  }
}

/** Two sessions of the same settings in turns: what then differs is noise. */
async function timeTwice(
  owner: string,
  options: CheckedOptions,
  params: SessionParams,
  reference: TrialSession,
): Promise<readonly [Timings, Timings]> {
  const again = await openTrialSession(owner, options, params);
  try {
    const budget = { ms: options.measureMs, minRounds: MIN_ROUNDS };
    return (await timeRounds([reference, again], budget)) as [Timings, Timings];
  } finally {
    await again.release();
  }
}

function createOnnxSession(
  scene: Scene,
  parts: Pick<OnnxSession<SessionParams>, 'space' | 'machine' | 'providers' | 'noise'>,
): OnnxSession<SessionParams> {
  const { options, params, reference } = scene;
  const { space, machine, noise } = parts;
  const { goals, models, runtime, sessionOptions } = options;
  const directions = goals.map((goal): Direction => goalDirection(goal, options));
  let isClosed = false;
  const open = (asked: SessionParams): Promise<TrialSession> =>
    openTrialSession('onnxSession', options, asked);
  const checkOpen = (): void => {
    if (isClosed)
      throw new InvalidArgumentError('onnxSession: it was closed; call onnxSession again to measure more');
  };
  const warnings: string[] = [];
  const busy = busyWarning(machine);
  if (busy !== undefined) warnings.push(busy);
  if (noise.verdict !== 'same') {
    warnings.push(
      `the defaults, timed against themselves, seemed to differ by a factor of ${noise.ratio.toFixed(3)}; something disturbs the machine, so distrust small differences`,
    );
  }
  return {
    ...parts,
    directions,
    warnings,
    reference: { params, p50: scene.baseMs * reference.samples, quality: scene.quality },
    objective: (asked, trial) => {
      checkOpen();
      return exclusively(async () => {
        trial.signal.throwIfAborted();
        const session = await open(asked);
        try {
          return await measure(scene, asked, session, trial.signal);
        } finally {
          await session.release();
        }
      });
    },
    async createStudy(behaviour = {}) {
      const study = await createStudy({
        ...behaviour,
        space,
        ...(directions.length === 1 ? { direction: directions[0] as Direction } : { directions }),
        attributes: {
          machine: { ...machine },
          providers: parts.providers.rows.map((row) => JSON.parse(JSON.stringify(row)) as JsonValue),
          noise: { ...noise },
          goals,
        },
      });
      await study.enqueue(params as never, { attributes: { reference: true } });
      return study as unknown as Study<SessionParams>;
    },
    sessionOptions: (asked) => toSessionOptions(asked, sessionOptions),
    code: (asked) => sessionCode(asked, space, { runtime, models, sessionOptions }),
    async compare(asked, other = params, compareOptions = {}) {
      checkOpen();
      checkCompareOptions('onnxSession.compare', compareOptions);
      return exclusively(() => compareSettings([() => open(asked), () => open(other)], compareOptions));
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await exclusively(() => reference.release());
    },
  };
}

function goalDirection(goal: SessionGoal, { qualitySign }: CheckedOptions): Direction {
  if (goal === 'throughput') return 'maximize';
  return goal === 'quality' && qualitySign === 1 ? 'maximize' : 'minimize';
}
