import type { Outcome } from '@tunable/core';

import { describeModel } from '../explain-failure.ts';
import type { OnnxModel } from '../runtime.ts';
import { perBlock } from './compare-settings.ts';
import type { Judge } from './judge.ts';
import type { CheckedOptions, SessionGoal } from './onnx-session-options.ts';
import { outputDifference } from './output-difference.ts';
import { processMemory } from './process-memory.ts';
import { toSessionOptions, type SessionParams } from './session-params.ts';
import { compareRounds, median, quantile } from './statistics.ts';
import { timeRounds, type Timings } from './time-rounds.ts';
import type { TrialSession } from './trial-session.ts';

/** What every measurement needs. */
export interface Scene {
  readonly options: CheckedOptions;
  readonly judge: Judge;
  /** The defaults, their session and quality. */
  readonly params: SessionParams;
  readonly reference: TrialSession;
  readonly quality: number | undefined;
  /** Milliseconds per sample of the defaults when measuring began. */
  readonly baseMs: number;
}

/** Fewer rounds than this cannot tell anything with 95 % confidence. */
export const MIN_ROUNDS = 6;

/** Rounding must not turn a loss of exactly `maxLoss` into a violation. */
const EPSILON = 1e-12;

/** Judges a session, then times it in turns with that of the defaults. */
export async function measure(
  scene: Scene,
  params: SessionParams,
  session: TrialSession,
  signal: AbortSignal,
): Promise<Outcome> {
  const { options, judge, reference, baseMs } = scene;
  const judged = await judge.judge(params, session, signal);
  const difference = judged === undefined ? await differenceFromReference(scene, session) : undefined;
  const budget = { ms: options.measureMs, minRounds: MIN_ROUNDS, signal };
  const [ours, theirs] = (await timeRounds([session, reference], budget)) as [Timings, Timings];
  const comparison = compareRounds(perBlock(ours, theirs));
  const { samples } = session;
  // How much slower the machine was during this trial than in the beginning.
  const drift = median(theirs.perSample) / baseMs;
  const runs = Float64Array.from(ours.runs, (ms) => ms / drift).toSorted();
  const p50 = comparison.ratio * baseMs * samples;
  const values: Record<SessionGoal, number | undefined> = {
    p50,
    p95: quantile(runs, 0.95),
    p99: quantile(runs, 0.99),
    mean: runs.reduce((sum, ms) => sum + ms, 0) / runs.length,
    throughput: (1000 * samples) / p50,
    memory: options.measureMemory ? await memoryOf(options, params, session, signal) : undefined,
    quality: judged?.value,
  };
  const metrics = {
    ...judged?.metrics,
    ...defined(values),
    ratio: comparison.ratio,
    ratioLow: comparison.low,
    ratioHigh: comparison.high,
    referenceMs: median(theirs.perSample) * reference.samples,
    loadMs: session.loadMs,
    firstRunMs: session.firstRunMs,
    ...defined({ outputDifference: difference }),
  };
  const constraints = constraintsOf(scene, judged?.value, difference);
  return {
    values: options.goals.map((goal) => values[goal] as number),
    ...(constraints.length === 0 ? {} : { constraints }),
    metrics,
    attributes: { verdict: comparison.verdict, rounds: comparison.rounds },
  };
}

/** Megabytes by which a process grows that does nothing else. */
function memoryOf(
  { models, sessionOptions, warmup }: CheckedOptions,
  params: SessionParams,
  { feeds }: TrialSession,
  signal: AbortSignal,
): Promise<number> {
  const model = models[params.variant] as OnnxModel;
  const runs = Math.max(warmup, feeds.length);
  const job = { model, options: toSessionOptions(params, sessionOptions), feeds, runs, signal };
  const context = { owner: 'onnxSession', model: describeModel(model), provider: params.provider.type };
  return processMemory(job, context);
}

/** At most 0 where satisfied: loss of quality, distance from the limit, or without `evaluate` the difference of the outputs. */
function constraintsOf(
  { options, quality: usual }: Scene,
  quality: number | undefined,
  difference: number | undefined,
): number[] {
  if (quality === undefined || usual === undefined) return [(difference ?? 0) - options.tolerance];
  const { qualitySign, maxLoss, qualityLimit } = options;
  const constraints: number[] = [];
  if (maxLoss !== undefined) constraints.push(qualitySign * (usual - quality) - maxLoss - EPSILON);
  if (qualityLimit !== undefined) constraints.push(qualitySign * (qualityLimit - quality) - EPSILON);
  return constraints;
}

async function differenceFromReference({ reference }: Scene, session: TrialSession): Promise<number> {
  const [feeds] = session.feeds;
  if (feeds === undefined) return 0;
  return outputDifference(await session.runOn(feeds), await reference.runOn(feeds));
}

function defined(values: { readonly [name: string]: number | undefined }): { [name: string]: number } {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
}
