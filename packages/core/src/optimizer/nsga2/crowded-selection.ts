import { nonDominatedRanks } from '../../analysis/pareto.ts';
import type { History } from '../../study/history.ts';
import { lossesOf } from '../genetic/losses.ts';
import type { Survivors } from '../genetic/population.ts';
import { crowdingDistances } from './crowding.ts';

/**
 * NSGA-II's survival: the best ranks by constrained non-dominated sorting, and of the rank that does not fit whole
 * the least crowded. Parents compare by rank, then by crowding (Deb et al. 2002, sections III-B, III-C and VI-A).
 */
export function selectByCrowding(history: History, candidates: readonly number[], size: number): Survivors {
  const { points, objectives, violations } = lossesOf(history, candidates);
  const ranks = nonDominatedRanks(points, objectives, violations);
  const fronts: number[][] = [];
  for (let i = 0; i < ranks.length; i++) (fronts[ranks[i]!] ??= []).push(i);
  const distances = new Float64Array(candidates.length);
  const chosen: number[] = [];
  for (const front of fronts) {
    if (chosen.length >= size) break;
    crowdingDistances(points, objectives, front, distances);
    const room = size - chosen.length;
    if (front.length > room) front.sort((a, b) => byDistance(distances, a, b) || a - b);
    chosen.push(...front.slice(0, room));
  }
  return {
    trials: chosen.map((i) => candidates[i]!),
    compare: (a, b) => {
      const [i, j] = [chosen[a]!, chosen[b]!];
      return ranks[i]! - ranks[j]! || byDistance(distances, i, j);
    },
  };
}

/** The larger distance first; equal infinities are equal. */
function byDistance(distances: Float64Array, a: number, b: number): number {
  return distances[a] === distances[b] ? 0 : distances[b]! - distances[a]!;
}
