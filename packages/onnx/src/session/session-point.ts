import { paretoFront, type TrialView } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import type { OnnxSession } from './onnx-session.ts';
import type { SessionGoal } from './onnx-session-options.ts';

/** A configuration that was measured. */
export interface SessionPoint<P> {
  /** Its number in the study. */
  readonly number: number;
  /** The configuration. */
  readonly params: P;
  /** The options to create its session with. */
  readonly options: InferenceSession.SessionOptions;
  /** Whether it is the defaults. */
  readonly isReference: boolean;
  /** Whether it loses no more quality than allowed. */
  readonly isFeasible: boolean;
  /** Milliseconds per run: the median. */
  readonly p50: number;
  /** The time that 95 % of the runs stay below. */
  readonly p95: number;
  /** Samples per second, one run after another. */
  readonly throughput: number;
  /** What `evaluate` returned; undefined without. */
  readonly quality: number | undefined;
  /** Median time per sample divided by that of the defaults, whatever the goals. */
  readonly ratio: number;
  /** Whether that ratio differs from 1 beyond noise. */
  readonly verdict: 'faster' | 'slower' | 'same';
  /** Everything that was measured, by name. */
  readonly metrics: { readonly [name: string]: number };
}

/** A complete trial as a point. */
export function sessionPoint<P>(session: OnnxSession<P>, trial: TrialView<P>): SessionPoint<P> {
  const { number, params, metrics, isFeasible, attributes } = trial;
  return {
    number,
    params,
    options: session.sessionOptions(params),
    isReference: attributes['reference'] === true,
    isFeasible,
    p50: metrics['p50'] as number,
    p95: metrics['p95'] as number,
    throughput: metrics['throughput'] as number,
    quality: metrics['quality'],
    ratio: metrics['ratio'] as number,
    verdict: attributes['verdict'] as SessionPoint<P>['verdict'],
    metrics,
  };
}

/** The loss of a point under a goal: smaller is better. */
export function goalLoss(point: SessionPoint<unknown>, goal: SessionGoal, qualitySign: number): number {
  const value = point.metrics[goal] as number;
  return goal === 'throughput' ? -value : goal === 'quality' ? -qualitySign * value : value;
}

/**
 * The feasible points to which no other is superior in every goal; and in quality, where it is known, even if that is no goal.
 *
 * @returns ordered by the first goal, best first.
 */
export function sessionFront<P>(
  points: readonly SessionPoint<P>[],
  goals: readonly SessionGoal[],
  qualitySign: number,
): readonly SessionPoint<P>[] {
  const feasible = points.filter(({ isFeasible }) => isFeasible);
  const hasQuality = feasible.some(({ quality }) => quality !== undefined);
  const axes = hasQuality && !goals.includes('quality') ? [...goals, 'quality' as const] : goals;
  const losses = Float64Array.from(
    feasible.flatMap((point) => axes.map((axis) => goalLoss(point, axis, qualitySign))),
  );
  const [first] = axes as readonly [SessionGoal];
  return Array.from(paretoFront(losses, axes.length), (i) => feasible[i] as SessionPoint<P>).toSorted(
    (a, b) => goalLoss(a, first, qualitySign) - goalLoss(b, first, qualitySign),
  );
}

/** Points as a table to print; `*` marks the defaults, `>` the one that is recommended. */
export function pointsTable(points: readonly SessionPoint<unknown>[], recommended: number): string {
  const hasQuality = points.some(({ quality }) => quality !== undefined);
  const header = [
    '',
    'p50 ms',
    'p95 ms',
    'samples/s',
    'time vs defaults',
    ...(hasQuality ? ['quality'] : []),
    'settings',
  ];
  const rows = points.map((point) => [
    `${point.number === recommended ? '>' : ' '}${point.isReference ? '*' : ' '}#${point.number}`,
    point.p50.toFixed(3),
    point.p95.toFixed(3),
    point.throughput.toFixed(0),
    // Timed against itself, it says only how noisy the machine is.
    point.isReference ? '1' : `${point.ratio.toFixed(2)} (${point.verdict})`,
    ...(hasQuality ? [(point.quality ?? Number.NaN).toFixed(4)] : []),
    settingsText(point.params as object),
  ]);
  const widths = header.map((title, i) =>
    Math.max(title.length, ...rows.map((row) => (row[i] as string).length)),
  );
  return [header, ...rows]
    .map((row) =>
      row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] as number))).join('  '),
    )
    .join('\n');
}

/** `fp32 cpu all intraOpNumThreads=1`: a configuration on one line, the runtime's usual settings left out. */
function settingsText(params: object): string {
  const usual: { readonly [name: string]: unknown } = {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: 0,
    spinning: true,
    enableCpuMemArena: true,
    enableMemPattern: true,
    batchSize: 1,
  };
  return Object.entries(params)
    .filter(
      ([name, value]) => usual[name] !== value && (value as { type?: unknown } | null)?.type !== 'sequential',
    )
    .map(([name, value]) => (name === 'variant' ? String(value) : `${name}=${valueText(value)}`))
    .join(' ');
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  if (typeof value !== 'object' || value === null) return String(value);
  const { type, ...rest } = value as { type?: unknown };
  const inner = Object.entries(rest).map(([name, item]) => `${name}=${valueText(item)}`);
  return inner.length === 0 ? String(type) : `${String(type)}(${inner.join(' ')})`;
}
