import { NoBestTrialError, type SearchSpace, type Study } from '@tunable/core';

import { SPEED_GOALS, type CompareOptions, type SpeedGoal } from './compare-settings.ts';
import type { OnnxSession } from './onnx-session.ts';
import type { SessionGoal } from './onnx-session-options.ts';
import type { SessionParams } from './session-params.ts';
import { goalLoss, sessionPoint, type SessionPoint } from './session-point.ts';
import type { Comparison } from './statistics.ts';

/** The complete trials of a study. */
export function pointsOf<P>(session: OnnxSession<P>, study: Study<P>): readonly SessionPoint<P>[] {
  return study.trials
    .filter(({ state }) => state === 'complete')
    .map((trial) => sessionPoint(session, trial));
}

/** What is decided on. */
export interface Search<P> {
  readonly session: OnnxSession<P>;
  readonly study: Study<P>;
  readonly goals: readonly SessionGoal[];
  readonly sign: number;
  readonly finalists: number;
  readonly finalMs: number;
  readonly signal: AbortSignal | undefined;
}

/** What to recommend. */
export interface Decision<P> {
  readonly best: SessionPoint<P>;
  readonly reference: SessionPoint<P>;
  readonly comparison: Comparison | undefined;
  readonly isFaster: boolean;
  /** By which time it was decided: the first goal, or the median if that is none of speed. */
  readonly speedGoal: SpeedGoal;
}

/**
 * Times the best points again, by the time that is the first goal, and keeps the defaults unless another is faster beyond noise.
 *
 * @throws the reason of `search.signal` when that aborts.
 */
export async function decide<P extends object>(search: Search<P>): Promise<Decision<P>> {
  const { session, study, goals, sign, finalMs, signal } = search;
  const points = pointsOf(session, study);
  const [goal] = goals as readonly [SessionGoal];
  const reference = points.find(({ isReference }) => isReference);
  if (reference === undefined) {
    throw new NoBestTrialError('tuneSession: it ended before the defaults were measured; give it more time');
  }
  const ranked = points
    .filter(({ isFeasible, isReference }) => isFeasible && !isReference)
    .toSorted((a, b) => goalLoss(a, goal, sign) - goalLoss(b, goal, sign));
  const timedGoal = SPEED_GOALS.find((name) => name === goal);
  const isTimed = timedGoal !== undefined;
  const speedGoal = timedGoal ?? 'p50';
  const found = isTimed ? await fastest(search, ranked, speedGoal) : ranked[0];
  if (found === undefined) {
    return { best: reference, reference, comparison: undefined, isFaster: false, speedGoal };
  }
  const kept = isTimed ? await simplify(search, found, reference, speedGoal) : found;
  const comparison = await session.compare(
    kept.params,
    undefined,
    compareOptions({ measureMs: finalMs, goal: speedGoal }, signal),
  );
  const isFaster = comparison.verdict === 'faster';
  // Fast per sample is not enough: a large batch may be that and yet take longer per run, or have a longer tail.
  const isBetter = (isFaster || !isTimed) && goalLoss(kept, goal, sign) < goalLoss(reference, goal, sign);
  return {
    best: isBetter ? kept : reference,
    reference,
    comparison,
    isFaster: isBetter && isFaster,
    speedGoal,
  };
}

/** The fastest of the first few points, timed anew. */
async function fastest<P>(
  { session, finalists, finalMs, signal }: Search<P>,
  ranked: readonly SessionPoint<P>[],
  goal: SpeedGoal,
): Promise<SessionPoint<P> | undefined> {
  if (ranked.length < 2) return ranked[0];
  let found: SessionPoint<P> | undefined;
  let smallest = Infinity;
  for (const point of ranked.slice(0, finalists)) {
    const { ratio } = await session.compare(
      point.params,
      undefined,
      compareOptions({ measureMs: Math.max(1, finalMs / 2), goal, reopen: false }, signal),
    );
    const loss = ratio * (goal === 'throughput' ? 1 : batchOf(point));
    if (loss < smallest) [smallest, found] = [loss, point];
  }
  return found;
}

/** Settings that may go back to their default without changing what is decided, apart from rounding. */
const SIMPLE: readonly (keyof SessionParams)[] = [
  'enableMemPattern',
  'enableCpuMemArena',
  'spinning',
  'execution',
  'graphOptimizationLevel',
  'intraOpNumThreads',
];

/**
 * Takes back every setting that brings no speed beyond noise, so that only those remain that matter. What remains is measured as one
 * more trial, unless it was before.
 */
async function simplify<P extends object>(
  search: Search<P>,
  found: SessionPoint<P>,
  reference: SessionPoint<P>,
  goal: SpeedGoal,
): Promise<SessionPoint<P>> {
  const { session, study, finalMs, signal } = search;
  const options = compareOptions({ measureMs: Math.max(1, finalMs / 4), goal, reopen: false }, signal);
  let { params } = found;
  for (const name of SIMPLE) {
    const usual = (reference.params as Partial<SessionParams>)[name];
    if (sameJSON((params as Partial<SessionParams>)[name], usual)) continue;
    const simpler = { ...params, [name]: usual };
    if (!isAllowed(session.space, simpler)) continue;
    if ((await session.compare(params, simpler, options)).verdict !== 'faster') params = simpler;
  }
  if (sameJSON(params, found.params)) return found;
  await study.enqueue(params as never, { attributes: { simplified: found.number }, skipIfExists: true });
  if (study.waitingCount > 0) {
    const trials = study.history.finished.length + 1;
    await study.optimize(session.objective, { trials, progress: false, ...(signal && { signal }) });
    signal?.throwIfAborted();
  }
  const trial = study.trials.find((one) => one.state === 'complete' && sameJSON(one.params, params));
  const simplified = trial && sessionPoint(session, trial);
  return simplified?.isFeasible === true ? simplified : found;
}

function compareOptions(options: CompareOptions, signal: AbortSignal | undefined): CompareOptions {
  return signal === undefined ? options : { ...options, signal };
}

function isAllowed(space: SearchSpace, params: unknown): boolean {
  try {
    space.encode(params);
    return true;
  } catch {
    return false;
  }
}

function sameJSON(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function batchOf(point: SessionPoint<unknown>): number {
  return (point.params as { readonly batchSize: number }).batchSize;
}
