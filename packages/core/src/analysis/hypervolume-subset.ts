import { largest } from '../math/largest.ts';
import { exclusiveVolume } from './hypervolume.ts';
import { paretoFront } from './pareto.ts';

/**
 * `count` points that together dominate a large volume, chosen greedily: each adds the most to those before it. Greedy
 * choice reaches at least 1 - 1/e of the best possible volume, since volume is submodular (Guerreiro, Fonseca &
 * Paquete, "Greedy hypervolume subset selection in low dimensions", Evol. Comp. 24(3), 2016).
 *
 * @param points losses by rows (see `pareto.ts`); dominated points come after all others.
 * @param reference one number per objective, finite.
 * @param count how many to choose; all, when there are fewer.
 * @returns indices in order of choice; equal gains go to the lower index.
 */
export function selectByHypervolume(points: Float64Array, reference: Float64Array, count: number): number[] {
  const objectives = reference.length;
  const front = paretoFront(points, objectives);
  const chosen =
    objectives === 2
      ? chooseInPlane(points, front, reference, count)
      : chooseLazily(points, front, reference, count);
  for (let i = 0; chosen.length < Math.min(count, points.length / objectives); i++) {
    if (!front.includes(i)) chosen.push(i);
  }
  return chosen;
}

/** Two objectives: what a point of a front adds is a rectangle, whose far corner every choice can only draw nearer. */
function chooseInPlane(
  points: Float64Array,
  front: readonly number[],
  reference: Float64Array,
  count: number,
): number[] {
  const right = new Float64Array(front.length).fill(reference[0] as number);
  const top = new Float64Array(front.length).fill(reference[1] as number);
  const isChosen = new Uint8Array(front.length);
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, front.length)) {
    let best = -1;
    let bestGain = -1;
    for (let k = 0; k < front.length; k++) {
      const i = front[k] as number;
      const width = Math.max(0, (right[k] as number) - (points[2 * i] as number));
      const height = Math.max(0, (top[k] as number) - (points[2 * i + 1] as number));
      if (isChosen[k] === 1 || width * height <= bestGain) continue;
      best = k;
      bestGain = width * height;
    }
    isChosen[best] = 1;
    const point = front[best] as number;
    chosen.push(point);
    const x = points[2 * point] as number;
    const y = points[2 * point + 1] as number;
    for (let k = 0; k < front.length; k++) {
      const other = points[2 * (front[k] as number)] as number;
      if (other <= x) right[k] = Math.min(right[k] as number, x);
      if (other >= x) top[k] = Math.min(top[k] as number, y);
    }
  }
  return chosen;
}

/** Any number of objectives: a gain only shrinks as choices are made, so an old one is a bound that spares new ones. */
function chooseLazily(
  points: Float64Array,
  front: readonly number[],
  reference: Float64Array,
  count: number,
): number[] {
  const objectives = reference.length;
  const row = (i: number) => points.subarray(i * objectives, (i + 1) * objectives);
  const chosenRows = new Float64Array(front.length * objectives);
  const bounds = Float64Array.from(front, (i) =>
    exclusiveVolume(row(i), chosenRows.subarray(0, 0), reference),
  );
  const chosen: number[] = [];
  while (chosen.length < Math.min(count, front.length)) {
    const others = chosenRows.subarray(0, chosen.length * objectives);
    const isFresh = new Uint8Array(front.length).fill(chosen.length === 0 ? 1 : 0);
    let best = largest(bounds);
    while (isFresh[best] === 0) {
      bounds[best] = exclusiveVolume(row(front[best] as number), others, reference);
      isFresh[best] = 1;
      best = largest(bounds);
    }
    bounds[best] = -Infinity;
    const point = front[best] as number;
    chosenRows.set(row(point), chosen.length * objectives);
    chosen.push(point);
  }
  return chosen;
}
