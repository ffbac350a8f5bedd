import { checkNumber, checkOptions } from '../options.ts';
import { chanceBelow, expectedEnd, forecast } from './forecast.ts';
import type { JudgedTrial, Pruner, ReportedTrials } from './pruner.ts';
import { checkResource, longestComplete } from './resource.ts';

/** Options of {@link learningCurve}. */
export interface LearningCurveOptions {
  /**
   * The risk to take of pruning a trial that would have ended better than the best complete one, shared out equally over
   * the times a trial is judged. In 0 .. 1; default 0.05.
   */
  risk?: number;
  /** Nothing is pruned before so many trials are complete, at least 1. Default 5. */
  startupTrials?: number;
  /** A trial is judged first after so many reports, at least 4; then whenever their number has grown by a quarter. Default 4. */
  minReports?: number;
  /** Units of a whole trial (step s is unit s + 1). `'auto'`, the default: those of the longest complete trial. */
  maxResource?: number | 'auto';
}

/**
 * Prunes a trial whose learning curve is not heading for a better end than that of the best complete trial. The last 60 % of its
 * reports are extrapolated to the end by power laws, exponentials and log powers, weighed by how well they fit; see
 * `forecast.ts`. The complete trials serve as precedents: their curves, cut off at the same step, are extrapolated
 * too, and what their ends were off by is held possible for this trial. So where all curves fall late, because the
 * learning rate does, none is pruned for not falling early.
 *
 * Unlike rules that compare values at a step, such as `median` and `hyperband`, it lets slow starters go on.
 *
 * The idea is that of Domhan, Springenberg & Hutter, "Speeding up automatic hyperparameter optimization of deep neural networks
 * by extrapolation of learning curves" (IJCAI 2015). Reports that are not finite are left out. With several objectives it judges
 * nothing by itself; point it at a metric (`onMetric`).
 *
 * @param options the risk, and when to judge.
 * @throws {InvalidArgumentError} ill-formed options.
 */
export function learningCurve(options: LearningCurveOptions = {}): Pruner {
  const owner = 'learningCurve';
  checkOptions(owner, options, ['risk', 'startupTrials', 'minReports', 'maxResource']);
  const { risk = 0.05, startupTrials = 5, minReports = 4, maxResource = 'auto' } = options;
  checkNumber(owner, 'risk', risk, { min: 0, max: 1 });
  checkNumber(owner, 'startupTrials', startupTrials, { min: 1, integer: true });
  checkNumber(owner, 'minReports', minReports, { min: MIN_POINTS, integer: true });
  checkResource(owner, 'maxResource', maxResource);
  /** The number of the last look, from 0, that a trial gets with so many reports. */
  const look = (count: number): number => Math.floor(Math.log(count / minReports) / Math.log(1.25) + 1e-9);
  return {
    name: 'learning-curve',
    looksAt: 'objectives',
    shouldPrune(trial, others) {
      const { best, completeCount, objectives } = others;
      const count = trial.steps.length;
      if (objectives.length > 1 || best === undefined || completeCount < startupTrials) return false;
      if (count < minReports || (count > minReports && look(count) === look(count - 1))) return false;
      const longest = longestComplete(others);
      const target = others.of(best).losses.at(-1);
      if (longest === undefined || target === undefined) return false;
      const length = maxResource === 'auto' ? longest : maxResource;
      if (trial.step + 1 >= length) return false;

      const curve = lastPart(trial, trial.step, length);
      if (curve.values.length < MIN_POINTS || !curve.values.every((value) => value > target)) return false;
      const belief = forecast(curve.times, curve.values);
      const surprises = [0, ...precedents(others, trial.step, longest)];
      let chance = 0;
      for (const surprise of surprises) chance += chanceBelow(belief, target - surprise) / surprises.length;
      const looks = 1 + look((count * length) / (trial.step + 1));
      return chance < risk / looks;
    },
  };
}

/** Fewer points say nothing about three parameters. */
const MIN_POINTS = 4;

/** The share of the points, the last ones, that is extrapolated. */
const SHARE = 0.6;

/** More points than this are averaged in groups: they would cost much and tell little more. */
const MAX_POINTS = 40;

/** How many complete trials serve as precedents, the best ones. */
const MAX_PRECEDENTS = 10;

/**
 * By how much the ends of complete trials would have been off, had they been extrapolated at `step`: negative if they ended
 * better. Those count that are as long as the longest.
 */
function precedents(others: ReportedTrials, step: number, length: number): number[] {
  const { trials, losses } = others.at(length - 1);
  const complete = trials
    .map((trial, i) => ({ trial, end: losses[i] as number }))
    .filter(({ trial, end }) => others.isComplete(trial) && Number.isFinite(end))
    .toSorted((a, b) => a.end - b.end || a.trial - b.trial)
    .slice(0, MAX_PRECEDENTS);
  return complete.flatMap(({ trial, end }) => {
    const { times, values } = lastPart(others.of(trial), step, length);
    return values.length < MIN_POINTS ? [] : [end - expectedEnd(forecast(times, values))];
  });
}

/** The last part of a curve up to a step, times as shares of the whole. */
function lastPart(
  { steps, losses }: Pick<JudgedTrial, 'steps' | 'losses'>,
  until: number,
  length: number,
): { readonly times: readonly number[]; readonly values: readonly number[] } {
  const points = steps
    .map((step, i) => ({ step, loss: losses[i] as number }))
    .filter(({ step, loss }) => step <= until && Number.isFinite(loss))
    .toSorted((a, b) => a.step - b.step);
  const kept = points.slice(-Math.max(MIN_POINTS, Math.ceil(SHARE * points.length)));
  const group = Math.max(1, Math.ceil(kept.length / MAX_POINTS));
  const times: number[] = [];
  const values: number[] = [];
  for (let end = kept.length % group || group; end <= kept.length; end += group) {
    const members = kept.slice(Math.max(0, end - group), end);
    times.push(members.reduce((sum, { step }) => sum + (step + 1) / length, 0) / members.length);
    values.push(members.reduce((sum, { loss }) => sum + loss, 0) / members.length);
  }
  return { times, values };
}
