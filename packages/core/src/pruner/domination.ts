import { nonDominatedRanks } from '../analysis/pareto.ts';
import type { StepReports } from '../study/step-index.ts';
import type { JudgedTrial, ReportedTrials } from './pruner.ts';

/**
 * What the judged trial reported last, and what others reported, as lists of one loss per objective. Trials that lack an
 * objective are left out.
 *
 * @param pick the reports of others, of one objective.
 * @param competes which trials to take.
 */
export function byObjectives(
  { number }: JudgedTrial,
  { objectives }: ReportedTrials,
  pick: (view: ReportedTrials) => StepReports,
  competes: (trial: number) => boolean,
): { readonly own: readonly number[]; readonly rivals: readonly (readonly number[])[] } {
  const lossesOf = new Map<number, number[]>();
  for (const [objective, view] of objectives.entries()) {
    const { trials, losses } = pick(view);
    for (const [k, trial] of trials.entries()) {
      if (trial === number || !competes(trial)) continue;
      if (objective === 0) lossesOf.set(trial, [losses[k] as number]);
      else if (lossesOf.get(trial)?.length === objective) lossesOf.get(trial)?.push(losses[k] as number);
    }
  }
  return {
    own: objectives.map((view) => view.of(number).losses.at(-1) as number),
    rivals: [...lossesOf.values()].filter((losses) => losses.length === objectives.length),
  };
}

/**
 * How many of several trials are ahead of the first one by non-dominated sorting.
 *
 * @param losses the losses of each trial, one per objective; the judged trial's first. NaN counts as infinite.
 * @param breaksTies whether trials of the same front are ahead of one another too: those that spread over the front come
 *   before those near them. Otherwise only better fronts are ahead.
 */
export function aheadOfFirst(losses: readonly (readonly number[])[], breaksTies: boolean): number {
  const objectives = (losses[0] as readonly number[]).length;
  const ranks = nonDominatedRanks(Float64Array.from(losses.flat()), objectives);
  const rank = ranks[0] as number;
  let ahead = 0;
  for (const other of ranks) if (other < rank) ahead++;
  if (!breaksTies) return ahead;
  return ahead + placeInNet(losses.filter((_, i) => ranks[i] === rank));
}

/**
 * The place of the first point in an order that covers a front evenly from the start: the point with the lowest first loss,
 * then always the one farthest from those chosen. It is the epsilon-net of Schmucker, Donini, Zafar, Salinas & Archambeau,
 * "Multi-objective asynchronous successive halving" (2021), section 3, with distances between ranks rather than between
 * losses, so that neither units nor infinities matter.
 */
function placeInNet(front: readonly (readonly number[])[]): number {
  const places = ranksByObjective(front);
  const distances = new Float64Array(front.length).fill(Infinity);
  // Of several that are as far, the one that is better in the first objective: a tie must not favour the first point.
  const order = places
    .map((_, i) => i)
    .toSorted((a, b) => compare(places[a] as number[], places[b] as number[]));
  let chosen = order[0] as number;
  let place = 0;
  for (; chosen !== 0; place++) {
    distances[chosen] = -1;
    let next = -1;
    for (const i of order) {
      if (distances[i] === -1) continue;
      const distance = squaredDistance(places[i] as number[], places[chosen] as number[]);
      const least = Math.min(distances[i] as number, distance);
      distances[i] = least;
      if (next === -1 || least > (distances[next] as number)) next = i;
    }
    chosen = next;
  }
  return place;
}

/** The order of lists of numbers by their first difference. */
function compare(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((x, i) => x !== b[i]);
  return first === -1 ? 0 : (a[first] as number) - (b[first] as number);
}

/** For each point, how many points have a smaller loss, by objective. */
function ranksByObjective(points: readonly (readonly number[])[]): readonly number[][] {
  const ranks = points.map((): number[] => []);
  for (let objective = 0; objective < (points[0] as readonly number[]).length; objective++) {
    const lossOf = (i: number): number => {
      const loss = (points[i] as readonly number[])[objective] as number;
      return Number.isNaN(loss) ? Infinity : loss;
    };
    const order = points
      .map((_, i) => i)
      .toSorted((a, b) => (lossOf(a) < lossOf(b) ? -1 : lossOf(a) > lossOf(b) ? 1 : 0));
    let rank = 0;
    for (const [k, i] of order.entries()) {
      if (k > 0 && lossOf(i) > lossOf(order[k - 1] as number)) rank = k;
      (ranks[i] as number[]).push(rank);
    }
  }
  return ranks;
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const [i, x] of a.entries()) sum += (x - (b[i] as number)) ** 2;
  return sum;
}
