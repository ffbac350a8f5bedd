import { STATE_CODES, type History } from '../study/history.ts';

/**
 * The order of trials by one objective, best first, for methods that only need to know which is better (Deb's rules,
 * "An efficient constraint handling method for genetic algorithms", 2000): complete and feasible trials by loss, then
 * complete infeasible ones by violation (unknown: infinite), then pruned ones by how far they came and their last
 * value, then those without a result (failed, or still running). Equal ones by number.
 *
 * @returns negative when trial `a` comes before trial `b`; never 0 for two different trials.
 */
export function compareTrials(history: History, a: number, b: number): number {
  return compareResults(history, a, b) || a - b;
}

/** As {@link compareTrials}, but 0 for equally good trials. */
export function compareResults(history: History, a: number, b: number): number {
  const classOfA = orderClass(history, a);
  const classOfB = orderClass(history, b);
  if (classOfA !== classOfB) return classOfA - classOfB;
  return compareWithin(history, classOfA, a, b);
}

/** Whether a trial has a result that can be learnt from: complete, or pruned with a value. */
export function hasResult(history: History, trial: number): boolean {
  const orderOf = orderClass(history, trial);
  return orderOf < PRUNED || (orderOf === PRUNED && !Number.isNaN(history.losses(0)[trial]));
}

const FEASIBLE = 0;
const INFEASIBLE = 1;
const PRUNED = 2;
const WITHOUT_RESULT = 3;

function orderClass(history: History, trial: number): number {
  const state = history.states[trial];
  if (state === STATE_CODES.complete) return history.violations[trial] === 0 ? FEASIBLE : INFEASIBLE;
  return state === STATE_CODES.pruned ? PRUNED : WITHOUT_RESULT;
}

function compareWithin(history: History, orderOf: number, a: number, b: number): number {
  if (orderOf === WITHOUT_RESULT) return 0;
  if (orderOf === INFEASIBLE) {
    const byViolation = ascending(history.violations[a] as number, history.violations[b] as number);
    if (byViolation !== 0) return byViolation;
  }
  if (orderOf === PRUNED) {
    const byProgress = lastStep(history, b) - lastStep(history, a);
    if (byProgress !== 0) return byProgress;
  }
  const losses = history.losses(0);
  return ascending(losses[a] as number, losses[b] as number);
}

/** NaN comes last. */
function ascending(a: number, b: number): number {
  if (a === b) return 0;
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) || a < b ? -1 : 1;
}

function lastStep(history: History, trial: number): number {
  return history.record(trial).reports?.steps.at(-1) ?? -1;
}
