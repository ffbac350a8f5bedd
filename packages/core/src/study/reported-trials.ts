import type { JudgedTrial, ReportedTrials } from '../pruner/pruner.ts';
import type { StepReports, TrialTable } from './history.ts';
import { lossSign } from './direction.ts';

const EMPTY: StepReports = { trials: [], losses: [] };

/** A running trial as a pruner sees it. */
export function judgedTrial(history: TrialTable, number: number): JudgedTrial {
  return { number, ...reportsOf(history, number) };
}

/**
 * The reports a pruner may look at.
 *
 * @param history everything.
 * @param seed the seed of the study.
 * @param judged the trial to be judged.
 * @param horizon only the first `horizon` finished trials (and the judged one) are shown; all trials when undefined.
 */
export function reportedTrials(
  history: TrialTable,
  seed: number,
  judged: number,
  horizon: number | undefined,
): ReportedTrials {
  const isVisible = (trial: number): boolean =>
    horizon === undefined || trial === judged || history.finishRank(trial) < horizon;
  const at = (step: number): StepReports => {
    const all = history.reportsAt(step) ?? EMPTY;
    if (horizon === undefined) return all;
    const kept = all.trials.map((_, i) => i).filter((i) => isVisible(all.trials[i] as number));
    return {
      trials: kept.map((i) => all.trials[i] as number),
      losses: kept.map((i) => all.losses[i] as number),
    };
  };
  return {
    seed,
    direction: history.directions[0] as ReportedTrials['direction'],
    at,
    get steps() {
      return horizon === undefined
        ? history.steps
        : history.steps.filter((step) => history.reportsAt(step)?.trials.some(isVisible));
    },
    isComplete: (trial) => history.record(trial).state === 'complete' && isVisible(trial),
    get completeCount() {
      return horizon === undefined
        ? history.completeCount
        : history.finished.slice(0, horizon).filter((trial) => history.record(trial).state === 'complete')
            .length;
    },
    of: (trial) => reportsOf(history, trial),
    get best() {
      return history.bestOf(horizon);
    },
  };
}

function reportsOf(
  history: TrialTable,
  trial: number,
): { steps: readonly number[]; losses: readonly number[] } {
  const { reports } = history.record(trial);
  const sign = lossSign(history.directions[0] as 'minimize');
  return { steps: reports?.steps ?? [], losses: reports?.values.map((value) => sign * value) ?? [] };
}
