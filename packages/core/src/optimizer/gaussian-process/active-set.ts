/**
 * Which observations a model is built on when there are more than it can afford: its cost grows with the cube of their
 * number, and most of a long history is either far worse than the best or nearly the same as its neighbours.
 *
 * Of the places, two fifths go to the best observations, one fifth to those nearest to the best one (good or bad: they
 * tell its surroundings), and the rest to those that are farthest from all chosen before them (Gonzalez, 1985), which
 * keep the model honest about the remaining space.
 *
 * @param points one row of features per observation.
 * @param features how many features a point has.
 * @param order indices of all observations, best first.
 * @param limit how many to keep.
 * @returns the chosen indices, ascending; all of them if there are no more than `limit`.
 */
export function selectActive(
  points: Float64Array,
  features: number,
  order: Int32Array,
  limit: number,
): Int32Array {
  const n = order.length;
  if (n <= limit) return Int32Array.from({ length: n }, (_, i) => i);
  const isChosen = new Uint8Array(n);
  const chosen = new Int32Array(limit);
  const choose = (place: number, index: number): void => {
    isChosen[index] = 1;
    chosen[place] = index;
  };
  const bestCount = Math.max(1, Math.floor(0.4 * limit));
  const nearCount = Math.min(Math.floor(0.2 * limit), limit - bestCount);
  for (let k = 0; k < bestCount; k++) choose(k, order[k]!);
  const nearest = Array.from(order.subarray(bestCount), (index) => ({
    index,
    d: squaredDistance(points, features, order[0]!, index),
  })).toSorted((a, b) => a.d - b.d || a.index - b.index);
  for (let k = 0; k < nearCount; k++) choose(bestCount + k, nearest[k]!.index);
  // The distance of each point from the nearest of those first chosen, as many as were looked at: an upper bound. Few need to
  // be, since a point is out of the running as soon as it is seen to be nearer than another one.
  const distance = new Float64Array(n).fill(Infinity);
  const looked = new Int32Array(n);
  for (let count = bestCount + nearCount; count < limit; count++) {
    let farthest = -1;
    let record = -1;
    for (let i = 0; i < n; i++) {
      if (isChosen[i] === 1) continue;
      while (distance[i]! > record && looked[i]! < count) {
        const d = squaredDistance(points, features, chosen[looked[i]!++]!, i);
        if (d < distance[i]!) distance[i] = d;
      }
      if (distance[i]! <= record) continue;
      record = distance[i]!;
      farthest = i;
    }
    choose(count, farthest);
  }
  const active = new Int32Array(limit);
  let next = 0;
  for (let i = 0; i < n; i++) if (isChosen[i] === 1) active[next++] = i;
  return active;
}

function squaredDistance(points: Float64Array, features: number, i: number, j: number): number {
  let sum = 0;
  for (let f = 0; f < features; f++) {
    const d = points[i * features + f]! - points[j * features + f]!;
    sum += d * d;
  }
  return sum;
}
