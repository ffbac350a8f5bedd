import type { ReportedTrials } from '../pruner/pruner.ts';
import type { Direction } from './direction.ts';
import type { TrialTable } from './history.ts';
import type { StepIndex, StepReports } from './step-index.ts';

/** The attribute of trials that were given the verdict `'exempt'`: a name that users would not choose. */
export const EXEMPT = 'tunable:exempt';

const EMPTY: StepReports = { trials: [], losses: [] };

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
  const visible: Visible = { history, seed, judged, horizon };
  const { directions } = history;
  const view = new SeriesView(visible, history.objectiveReports(0), directions[0] as Direction, () =>
    history.bestOf(horizon),
  );
  if (directions.length > 1) {
    view.objectives = directions.map((direction, objective) => {
      const losses = history.losses(objective);
      return new SeriesView(visible, history.objectiveReports(objective), direction, () =>
        bestBy(visible, (trial) => losses[trial] as number),
      );
    });
  }
  return view;
}

/** Which trials are shown. */
interface Visible {
  readonly history: TrialTable;
  readonly seed: number;
  readonly judged: number;
  readonly horizon: number | undefined;
}

class SeriesView implements ReportedTrials {
  readonly direction: Direction;
  objectives: readonly ReportedTrials[] = [this];
  metricName?: string;
  readonly #visible: Visible;
  readonly #index: StepIndex;
  readonly #findBest: () => number | undefined;
  /** With a horizon: the part of the reports that is shown, by step. They do not change: finished trials report no more. */
  readonly #shown = new Map<number, StepReports>();

  constructor(visible: Visible, index: StepIndex, direction: Direction, findBest: () => number | undefined) {
    this.#visible = visible;
    this.#index = index;
    this.direction = direction;
    this.#findBest = findBest;
  }

  get seed(): number {
    return this.#visible.seed;
  }

  get steps(): readonly number[] {
    const { steps } = this.#index;
    if (this.#visible.horizon === undefined) return steps;
    return steps.filter((step) => this.at(step).trials.length > 0);
  }

  get completeCount(): number {
    const { history, horizon } = this.#visible;
    if (horizon === undefined) return history.completeCount;
    return history.finished.slice(0, horizon).filter((trial) => history.record(trial).state === 'complete')
      .length;
  }

  get best(): number | undefined {
    return this.#findBest();
  }

  at(step: number): StepReports {
    const all = this.#index.at(step) ?? EMPTY;
    if (this.#visible.horizon === undefined) return all;
    let shown = this.#shown.get(step);
    if (shown === undefined) {
      const kept = all.trials.map((_, i) => i).filter((i) => this.#shows(all.trials[i] as number));
      shown = {
        trials: kept.map((i) => all.trials[i] as number),
        losses: kept.map((i) => all.losses[i] as number),
      };
      this.#shown.set(step, shown);
    }
    return shown;
  }

  isComplete(trial: number): boolean {
    return this.#visible.history.record(trial).state === 'complete' && this.#shows(trial);
  }

  isExempt(trial: number): boolean {
    return this.#visible.history.record(trial).attributes?.[EXEMPT] === true && this.#shows(trial);
  }

  of(trial: number): { readonly steps: readonly number[]; readonly losses: readonly number[] } {
    return this.#index.of(this.#visible.history.record(trial).reports);
  }

  get metricNames(): readonly string[] {
    const { history } = this.#visible;
    const names = new Set<string>();
    for (let trial = 0; trial < history.size; trial++) {
      if (!this.#shows(trial)) continue;
      for (const name of Object.keys(history.record(trial).reports?.metrics ?? {})) names.add(name);
    }
    return [...names];
  }

  metric(name: string, direction: Direction): ReportedTrials {
    const visible = this.#visible;
    const index = visible.history.metricReports(name, direction);
    const view = new SeriesView(visible, index, direction, () =>
      bestBy(visible, (trial) => index.of(visible.history.record(trial).reports).losses.at(-1) ?? Number.NaN),
    );
    view.metricName = name;
    return view;
  }

  #shows(trial: number): boolean {
    const { history, judged, horizon } = this.#visible;
    return horizon === undefined || trial === judged || history.finishRank(trial) < horizon;
  }
}

/** The complete, feasible trial with the lowest loss; of equal ones the one with the lowest number. */
function bestBy({ history, horizon }: Visible, lossOf: (trial: number) => number): number | undefined {
  let best: number | undefined;
  let bestLoss = Number.NaN;
  for (const trial of history.finished.slice(0, horizon)) {
    if (history.record(trial).state !== 'complete' || history.violations[trial] !== 0) continue;
    const loss = lossOf(trial);
    if (Number.isNaN(loss)) continue;
    if (best === undefined || loss < bestLoss || (loss === bestLoss && trial < best)) {
      best = trial;
      bestLoss = loss;
    }
  }
  return best;
}
