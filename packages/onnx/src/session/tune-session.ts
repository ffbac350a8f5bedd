import { type OptimizeOptions, type OptimizeResult, type Shape, type Study } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkNumber, checkOptions } from '../check.ts';
import type { ProviderTable } from '../providers/providers.ts';
import type { SpeedGoal } from './compare-settings.ts';
import { decide, type Decision, pointsOf } from './decide.ts';
import type { Machine } from './machine.ts';
import { onnxSession, type OnnxSession, type SessionStudyOptions } from './onnx-session.ts';
import {
  ONNX_SESSION_OPTION_NAMES,
  type OnnxSessionOptions,
  type SettingsOnly,
  type TunedParams,
} from './onnx-session-options.ts';
import { pointsTable, sessionFront, type SessionPoint } from './session-point.ts';
import type { Comparison } from './statistics.ts';

/** Options of {@link tuneSession}: what is measured, how the study is made, when the search ends, and these. */
export interface TuneSessionOptions<S extends Shape = SettingsOnly>
  extends
    OnnxSessionOptions<S>,
    SessionStudyOptions,
    Pick<OptimizeOptions, 'trials' | 'timeout' | 'signal' | 'stop' | 'progress' | 'handleInterrupt'> {
  /**
   * How many of the best configurations are timed again in the end, since the best of many noisy measurements looks better than
   * it is. Default 3.
   */
  finalists?: number;
  /**
   * Milliseconds of timing for the final comparison with the defaults, half as many for each finalist, and a quarter for each
   * setting that might be taken back. Default 4000.
   */
  finalMs?: number;
}

/** What {@link tuneSession} has found; `String(result)` is a report to print. */
export interface TuneSessionResult<P> {
  /**
   * The recommended configuration: the best one that is allowed. If a goal of time comes first and it is not faster than the defaults
   * beyond noise, the defaults themselves.
   */
  readonly best: SessionPoint<P>;
  /** The defaults. */
  readonly reference: SessionPoint<P>;
  /**
   * The best configuration found against the defaults, timed anew in turns, each round with new sessions: by the first goal if that is
   * one of speed, else by the median. Undefined if none but the defaults was measured.
   */
  readonly comparison: Comparison | undefined;
  /** Whether `best` is faster than the defaults beyond noise, by the time that `comparison` tells. */
  readonly isFaster: boolean;
  /** The options to create the recommended session with. */
  readonly options: InferenceSession.SessionOptions;
  /** The same as a program to paste. */
  readonly code: string;
  /** The configurations to which none is superior in all goals and in quality. */
  readonly pareto: readonly SessionPoint<P>[];
  /** All complete trials, in order. */
  readonly points: readonly SessionPoint<P>[];
  /** The execution providers, and why some cannot be used. */
  readonly providers: ProviderTable;
  /** Where it was measured. */
  readonly machine: Machine;
  /** What the user should know. */
  readonly warnings: readonly string[];
  /** The study, with failed trials too. */
  readonly study: Study<P>;
  /** Why the search ended. */
  readonly end: OptimizeResult;
  /** A report to print: providers, Pareto front, verdict, code. */
  toString(): string;
}

const STUDY_NAMES = ['optimizer', 'pruner', 'storage', 'name', 'seed'] as const;
const RUN_NAMES = ['trials', 'timeout', 'signal', 'stop', 'progress', 'handleInterrupt'] as const;

/** When nothing says when to end. */
const DEFAULT_TRIALS = 40;

/**
 * Finds how to run a model best on this machine: the execution provider and its options, threads, graph optimization, memory, batch
 * size, which file of the model, and whatever the user's own space decides with.
 *
 * Every configuration is timed in turns with the defaults, so that noise of the machine cancels; in the end the best ones are timed
 * again, in new sessions and by the first goal (p95, say). A configuration is recommended for its speed only if it is faster beyond noise.
 *
 * @param options all but `runtime`, `model` and `inputs` (or `data`) optional; see {@link TuneSessionOptions}.
 * @throws {InvalidArgumentError} options, model or inputs; see {@link onnxSession}.
 * @throws {UnsupportedError} no execution provider can run the model.
 * @throws the reason of `signal` when that aborts.
 * @example
 * const { options, code, comparison } = await tuneSession({
 *   runtime: ort, model: { fp32: 'a.onnx', int8: 'a-int8.onnx' }, data: feeds,
 *   evaluate: (_, { outputs }) => accuracy(outputs, labels), maxLoss: 0.005,
 * });
 */
export async function tuneSession<const S extends Shape = SettingsOnly>(
  options: TuneSessionOptions<S>,
): Promise<TuneSessionResult<TunedParams<S>>> {
  checkOptions('tuneSession', options, [
    ...ONNX_SESSION_OPTION_NAMES,
    ...STUDY_NAMES,
    ...RUN_NAMES,
    'finalists',
    'finalMs',
  ]);
  const { finalists = 3, finalMs = 4000, goals = ['p50'] } = options;
  checkNumber('tuneSession', 'finalists', finalists, { min: 1, integer: true });
  checkNumber('tuneSession', 'finalMs', finalMs, { min: 1 });
  const session = await onnxSession<S>(pick(options, ONNX_SESSION_OPTION_NAMES) as OnnxSessionOptions<S>);
  try {
    const study = await session.createStudy(pick(options, STUDY_NAMES));
    const run = pick(options, RUN_NAMES);
    const isEndless = [options.trials, options.timeout, options.stop].every((end) => end === undefined);
    const end = await study.optimize(session.objective, isEndless ? { trials: DEFAULT_TRIALS, ...run } : run);
    options.signal?.throwIfAborted();
    const sign = options.qualityDirection === 'minimize' ? -1 : 1;
    const decision = await decide({
      session,
      study,
      goals,
      sign,
      finalists,
      finalMs,
      signal: options.signal,
    });
    const points = pointsOf(session, study);
    return report({ ...decision, session, study, end, points, front: sessionFront(points, goals, sign) });
  } finally {
    await session.close();
  }
}

interface Findings<P> extends Decision<P> {
  readonly session: OnnxSession<P>;
  readonly study: Study<P>;
  readonly end: OptimizeResult;
  readonly points: readonly SessionPoint<P>[];
  readonly front: readonly SessionPoint<P>[];
}

function report<P>(findings: Findings<P>): TuneSessionResult<P> {
  const { session, study, end, points, front, best, reference, comparison, isFaster } = findings;
  const { providers, machine } = session;
  const warnings = [...session.warnings, ...end.warnings];
  const code = session.code(best.params);
  const failed = study.trials.filter(({ state }) => state === 'failed');
  const extra = [best, reference].filter(
    (point, i, both) => !front.some(({ number }) => number === point.number) && both.indexOf(point) === i,
  );
  const shown = [...front, ...extra];
  const marks = [
    '* the defaults, > recommended',
    ...(extra.length === 0 ? [] : [`${extra.map(({ number }) => `#${number}`).join(' and ')} not on it`]),
    ...(failed.length === 0 ? [] : [`${failed.length} more failed`]),
  ];
  const text = (): string =>
    [
      `${machine.cpu || 'unknown processor'}, ${machine.cores} cores, ${machine.system}, ${machine.platform}, load ${machine.load}`,
      providersText(providers),
      '',
      `Pareto front of ${points.length} configurations (${marks.join('; ')}):`,
      pointsTable(shown, best.number),
      '',
      verdictText(findings),
      ...qualityText(findings),
      ...warnings.map((warning) => `note: ${warning}`),
      '',
      code,
    ].join('\n');
  const { options } = best;
  return {
    best,
    reference,
    comparison,
    isFaster,
    options,
    code,
    pareto: front,
    points,
    providers,
    machine,
    warnings,
    study,
    end,
    toString: text,
  };
}

function providersText({ runtime, rows, usable }: ProviderTable): string {
  const others = rows.filter((row) => !row.isUsable && row.isListed !== false).map(({ name }) => name);
  const why =
    others.length === 0 ? '' : `; not usable: ${others.join(', ')} (print result.providers to see why)`;
  return `${runtime}, execution providers: ${usable.join(', ')}${why}`;
}

function verdictText<P>({ best, comparison, isFaster, speedGoal }: Findings<P>): string {
  if (comparison === undefined) return 'Nothing but the defaults was measured.';
  const { ratio, low, high, rounds } = comparison;
  const measured = `${(1 / ratio).toFixed(2)} times the speed of the defaults per sample${timeText(speedGoal)}, 95 % interval ${(1 / high).toFixed(2)} to ${(1 / low).toFixed(2)}, ${rounds} rounds in turns`;
  if (isFaster) return `Recommended: #${best.number}, ${measured}.`;
  if (!best.isReference) return `Recommended: #${best.number} for its first goal; ${measured}.`;
  return `Recommended: the defaults. The best found has ${measured}: no difference that noise does not explain, or not better.`;
}

/** What the recommended configuration does to the quality, if anything. */
function qualityText<P>({ best, reference }: Findings<P>): string[] {
  if (best.quality === undefined || reference.quality === undefined) return [];
  const [found, usual] = [best.quality.toFixed(4), reference.quality.toFixed(4)];
  return found === usual ? [] : [`Its quality is ${found} instead of ${usual}.`];
}

/** Which time it is, unless the usual one. */
function timeText(goal: SpeedGoal): string {
  return goal === 'p50' || goal === 'throughput' ? '' : ` by ${goal}`;
}

function pick<T extends object, K extends keyof T>(options: T, names: readonly K[]): Partial<Pick<T, K>> {
  const given = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(given) as Partial<Pick<T, K>>;
}
