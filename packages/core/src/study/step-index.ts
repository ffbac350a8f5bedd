import type { Reports, ReportSeries } from '../storage/trial-record.ts';

/** The losses that trials reported at one step, in order of arrival: parallel arrays. */
export interface StepReports {
  /** The numbers of the trials. */
  readonly trials: readonly number[];
  /** What they reported, times -1 if maximized, so that smaller is better. May hold NaN and infinities. */
  readonly losses: readonly number[];
}

/** The losses of one series of reports (an objective, or a metric) of all trials, by step. */
export class StepIndex {
  /** The steps that any trial reported, ascending. */
  readonly steps: number[] = [];
  readonly #sign: number;
  readonly #pick: (reports: Reports) => ReportSeries | undefined;
  readonly #byStep = new Map<number, { trials: number[]; losses: number[] }>();
  /** By trial: how many of its reports are here. */
  readonly #counts: number[] = [];

  /**
   * @param sign +1 or -1: a value times this is a loss.
   * @param pick the series of a trial.
   */
  constructor(sign: number, pick: (reports: Reports) => ReportSeries | undefined) {
    this.#sign = sign;
    this.#pick = pick;
  }

  at(step: number): StepReports | undefined {
    return this.#byStep.get(step);
  }

  /** The steps and losses of one trial. */
  of(reports: Reports | undefined): {
    readonly steps: readonly number[];
    readonly losses: readonly number[];
  } {
    const series = reports === undefined ? undefined : this.#pick(reports);
    if (series === undefined) return { steps: [], losses: [] };
    const { steps, values } = series;
    return { steps, losses: this.#sign === 1 ? values : values.map((value) => -value) };
  }

  /** Adds what a trial has reported since the last call. */
  add(trial: number, reports: Reports): void {
    const series = this.#pick(reports);
    if (series === undefined) return;
    const { steps, values } = series;
    for (let i = this.#counts[trial] ?? 0; i < steps.length; i++) {
      const step = steps[i] as number;
      let atStep = this.#byStep.get(step);
      if (atStep === undefined) {
        this.#byStep.set(step, (atStep = { trials: [], losses: [] }));
        insertSorted(this.steps, step);
      }
      atStep.trials.push(trial);
      atStep.losses.push(this.#sign * (values[i] as number));
    }
    this.#counts[trial] = steps.length;
  }

  /** Removes a trial that starts anew. */
  forget(trial: number): void {
    for (const { trials, losses } of this.#byStep.values()) {
      const i = trials.indexOf(trial);
      if (i === -1) continue;
      trials.splice(i, 1);
      losses.splice(i, 1);
    }
    this.#counts[trial] = 0;
  }
}

/** Inserts into an ascending list; almost always at the end. */
export function insertSorted(list: number[], value: number): void {
  let i = list.length;
  while (i > 0 && (list[i - 1] as number) > value) i--;
  list.splice(i, 0, value);
}
