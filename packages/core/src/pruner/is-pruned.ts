import type { JudgedTrial, Pruner, ReportedTrials } from './pruner.ts';

/**
 * Whether a pruner ends a trial after its newest report: what the study asks, and pruners that wrap another one. Keeps
 * what {@link Pruner.looksAt} promises.
 */
export function isPruned(pruner: Pruner, trial: JudgedTrial, others: ReportedTrials): boolean {
  if (pruner.looksAt === 'report') return pruner.shouldPrune(trial, others);
  if (others.objectives.length === 1) {
    return trial.steps.at(-1) === trial.step && pruner.shouldPrune(trial, others);
  }
  const views = others.objectives.map((view) => ({ view, trial: { ...trial, ...view.of(trial.number) } }));
  if (views.some(({ trial: { steps, step } }) => steps.at(-1) !== step)) return false;
  return pruner.looksAt === 'objectives'
    ? pruner.shouldPrune(trial, others)
    : views.every(({ view, trial }) => pruner.shouldPrune(trial, view));
}
