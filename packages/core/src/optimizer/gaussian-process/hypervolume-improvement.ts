import { improvableBoxes, type Boxes } from './boxes.ts';
import { logH, logHSlope } from './log-improvement.ts';
import type { Utility } from './utility.ts';

/** Sums below this are computed again with logarithms throughout. */
const SMALLEST_SAFE_SUM = 1e-250;

/**
 * Logarithm of the expected hypervolume improvement for two or three independent normal objectives, in closed form.
 *
 * A point y improves the hypervolume by Σ_k Π_j max(0, u_kj - max(l_kj, y_j)) over the disjoint boxes [l_k, u_k] that the
 * front leaves (Yang et al. 2019). Since max(0, u - max(l, y)) = max(0, u - y) - max(0, l - y), the expectation of each
 * factor is a difference of two expected improvements, EI(u) - EI(l); and since they are known by their logarithms (see
 * `log-improvement.ts`), so is the whole, with its gradient, however small it is (the aim of Ament et al. 2023, who
 * smooth and sample instead).
 *
 * @param front points that do not dominate one another, by rows; better than the reference everywhere.
 * @param reference two or three numbers.
 */
export function hypervolumeImprovement(front: Float64Array, reference: Float64Array): Utility {
  const boxes = improvableBoxes(front, reference);
  const { objectives, count } = boxes;
  const levels = Array.from({ length: objectives }, (_, j) => levelsOf(boxes, j));
  const lowerLevel = indices(boxes.lower, levels);
  const upperLevel = indices(boxes.upper, levels);
  const logs = levels.map((values) => new Float64Array(values.length));
  const scaled = levels.map((values) => new Float64Array(values.length));
  const slopes = levels.map((values) => new Float64Array(values.length));
  const zs = levels.map((values) => new Float64Array(values.length));
  const logVolumes = new Float64Array(count);

  /** Logarithms of the expected improvements over every level; returns the sum over the objectives of the largest. */
  const prepare = (means: Float64Array, deviations: Float64Array): number => {
    let sum = 0;
    for (let j = 0; j < objectives; j++) {
      const values = levels[j]!;
      const logDeviation = Math.log(deviations[j]!);
      for (let t = 0; t < values.length; t++) {
        const z = (values[t]! - means[j]!) / deviations[j]!;
        zs[j]![t] = z;
        logs[j]![t] = z === Number.NEGATIVE_INFINITY ? z : logDeviation + logH(z);
      }
      sum += logs[j]![values.length - 1]!;
    }
    return sum;
  };

  const quickSum = (): number => {
    for (let j = 0; j < objectives; j++) {
      const log = logs[j]!;
      const top = log.at(-1)!;
      for (let t = 0; t < log.length; t++) scaled[j]![t] = Math.exp(log[t]! - top);
    }
    let sum = 0;
    for (let k = 0; k < count; k++) {
      let product = 1;
      for (let j = 0; j < objectives; j++) {
        const i = k * objectives + j;
        product *= scaled[j]![upperLevel[i]!]! - scaled[j]![lowerLevel[i]!]!;
      }
      sum += product;
    }
    return sum;
  };

  /** Writes the logarithms of the expected volumes of the boxes; returns that of their sum. */
  const carefulLogSum = (): number => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      let sum = 0;
      for (let j = 0; j < objectives; j++) {
        const i = k * objectives + j;
        const upper = logs[j]![upperLevel[i]!]!;
        // Rounding may put the lower of two levels that all but coincide above the other.
        sum += upper + Math.log1p(-Math.exp(Math.min(0, logs[j]![lowerLevel[i]!]! - upper)));
      }
      logVolumes[k] = sum;
      if (sum > largest) largest = sum;
    }
    if (largest === Number.NEGATIVE_INFINITY) return largest;
    let total = 0;
    for (let k = 0; k < count; k++) total += Math.exp(logVolumes[k]! - largest);
    return largest + Math.log(total);
  };

  return {
    evaluate: (means, deviations, gradient) => {
      const top = prepare(means, deviations);
      if (gradient === undefined) {
        const sum = quickSum();
        return sum > SMALLEST_SAFE_SUM ? top + Math.log(sum) : carefulLogSum();
      }
      const value = carefulLogSum();
      const half = gradient.length >> 1;
      for (let j = 0; j < objectives; j++) {
        gradient[j] = 0;
        gradient[half + j] = 0;
        for (let t = 0; t < levels[j]!.length; t++) slopes[j]![t] = logHSlope(zs[j]![t]!);
      }
      for (let k = 0; k < count; k++) {
        const weight = Math.exp(logVolumes[k]! - value);
        if (!(weight > 1e-14)) continue;
        for (let j = 0; j < objectives; j++) {
          const upper = upperLevel[k * objectives + j]!;
          const lower = lowerLevel[k * objectives + j]!;
          const log = logs[j]!;
          const slope = slopes[j]!;
          // Shares of the two expected improvements in their difference, EI(l) / EI(u) being `ratio`.
          const ratio = Math.exp(log[lower]! - log[upper]!);
          const scale = weight / (deviations[j]! * (1 - ratio));
          const zLower = zs[j]![lower]!;
          const below = zLower === Number.NEGATIVE_INFINITY ? 0 : ratio;
          const belowSlope = below === 0 ? 0 : slope[lower]!;
          const belowDeviation = below === 0 ? 0 : 1 - zLower * belowSlope;
          gradient[j]! -= scale * (slope[upper]! - below * belowSlope);
          gradient[half + j]! += scale * (1 - zs[j]![upper]! * slope[upper]! - below * belowDeviation);
        }
      }
      return value;
    },
  };
}

/** The distinct corners of the boxes along one objective, ascending. */
function levelsOf({ lower, upper, objectives, count }: Boxes, objective: number): Float64Array {
  const values = new Set<number>();
  for (let k = 0; k < count; k++) {
    values.add(lower[k * objectives + objective]!);
    values.add(upper[k * objectives + objective]!);
  }
  return Float64Array.from(values).toSorted();
}

function indices(corners: Float64Array, levels: readonly Float64Array[]): Int32Array {
  const places = levels.map((values) => new Map(Array.from(values, (value, t) => [value, t])));
  return Int32Array.from(corners, (corner, i) => places[i % levels.length]!.get(corner)!);
}
