import { nonDominatedRanks } from '../../analysis/pareto.ts';
import { createRandom } from '../../math/random.ts';
import { lossesOf } from '../genetic/losses.ts';
import type { Selection } from '../genetic/population.ts';
import { associate, fillNiches } from './niching.ts';
import { Normalization } from './normalization.ts';

/**
 * NSGA-III's survival: the best ranks by constrained non-dominated sorting, and of the rank that does not fit whole those
 * that keep the reference lines evenly served (Deb & Jain 2014, algorithms 1-4; with constraints, Jain & Deb 2014,
 * part II). Any two survivors are equally good parents, except that one with less violation is better.
 *
 * @param references reference points by rows.
 * @param seed names the random choices between equals.
 */
export function selectByReferences(objectives: number, references: Float64Array, seed: number): Selection {
  const normalization = new Normalization(objectives);
  const niches = references.length / objectives;
  let generation = 0;
  return (history, candidates, size) => {
    const { points, violations } = lossesOf(history, candidates);
    const ranks = nonDominatedRanks(points, objectives, violations);
    const fronts: number[][] = [];
    for (let i = 0; i < ranks.length; i++) (fronts[ranks[i]!] ??= []).push(i);

    const chosen: number[] = [];
    let last: readonly number[] = [];
    for (const front of fronts) {
      if (chosen.length + front.length > size) {
        last = front;
        break;
      }
      chosen.push(...front);
    }
    const normalized = new Float64Array(points.length);
    // Where infeasible or pruned trials lead, their losses may be out of a feasible one's reach: they leave no trace.
    const isFeasible = violations === undefined || violations[fronts[0]![0]!] === 0;
    const scale = isFeasible ? normalization : new Normalization(objectives);
    scale.normalize(points, [...chosen, ...last], fronts[0]!, normalized);
    const random = createRandom(seed, generation++);
    if (last.length > 0 && chosen.length < size) {
      const associationOf = (i: number) =>
        associate(normalized.subarray(i * objectives, (i + 1) * objectives), references);
      const places = fillNiches(
        chosen.map(associationOf),
        last.map(associationOf),
        size - chosen.length,
        niches,
        random,
      );
      chosen.push(...places.map((place) => last[place]!));
    }
    return {
      trials: chosen.map((i) => candidates[i]!),
      compare: (a, b) => {
        if (violations === undefined) return 0;
        const [v, w] = [violations[chosen[a]!]!, violations[chosen[b]!]!];
        return v === w ? 0 : v < w ? -1 : 1;
      },
    };
  };
}
