/**
 * Limited-memory BFGS with bounds, by projection.
 *
 * Quasi-Newton directions come from the two-loop recursion (Nocedal & Wright, "Numerical Optimization", 2nd ed.,
 * algorithm 7.4) over the variables that are not held by a bound; steps are projected onto the box and accepted by
 * Armijo's rule along the projected path (Bertsekas, "Projected Newton methods", SIAM J. Control 20(2), 1982), with
 * quadratic interpolation in between.
 */

/** Options of {@link minimizeInBox}. */
export interface LbfgsOptions {
  /** Most iterations (line searches). */
  readonly maxIterations: number;
  /** Most evaluations of the function; the last line search may not exceed it either. */
  readonly maxEvaluations: number;
  /** Stop when no component of the projected gradient is larger. */
  readonly gradientTolerance: number;
  /** Stop when an iteration lowers the value by less. */
  readonly valueTolerance: number;
  /** The length of the first step tried, before anything is known of the curvature. Default 1. */
  readonly firstStep?: number;
}

/** How {@link minimizeInBox} ended. */
export interface LbfgsResult {
  /** The value at the final `x`. */
  readonly value: number;
  /** How often the function was evaluated. */
  readonly evaluations: number;
}

/** Pairs of steps and gradient changes that are remembered. */
const MEMORY = 8;

/** Armijo's constant. */
const SUFFICIENT_DECREASE = 1e-4;

/**
 * Minimizes a smooth function in a box, starting from `x`, which is moved to the best point found.
 *
 * @param evaluate returns the value at `x` and writes the gradient; may return NaN or Infinity for points that it
 *   cannot evaluate, which are then not accepted (the start must be finite).
 * @param x start, inside the box; overwritten by the result.
 * @param lower lower bounds.
 * @param upper upper bounds.
 * @param options limits and tolerances.
 */
export function minimizeInBox(
  evaluate: (x: Float64Array, gradient: Float64Array) => number,
  x: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  options: LbfgsOptions,
): LbfgsResult {
  const n = x.length;
  const { maxIterations, maxEvaluations, gradientTolerance, valueTolerance, firstStep = 1 } = options;
  const gradient = new Float64Array(n);
  const trial = new Float64Array(n);
  const trialGradient = new Float64Array(n);
  const direction = new Float64Array(n);
  const isFree = new Uint8Array(n);
  const memory = new CurvatureMemory(n);

  let value = evaluate(x, gradient);
  let evaluations = 1;
  for (let iteration = 0; iteration < maxIterations && evaluations < maxEvaluations; iteration++) {
    let largest = 0;
    for (let i = 0; i < n; i++) {
      const g = gradient[i]!;
      isFree[i] = (g > 0 && x[i]! <= lower[i]!) || (g < 0 && x[i]! >= upper[i]!) ? 0 : 1;
      if (isFree[i] === 1)
        largest = Math.max(largest, Math.min(Math.abs(g), roomAlong(x, -g, lower, upper, i)));
    }
    if (!(largest > gradientTolerance)) break;

    const slope = memory.direction(gradient, isFree, direction);
    let step = 1;
    if (memory.size === 0 || !(slope < 0)) {
      memory.size = 0;
      let norm = 0;
      for (let i = 0; i < n; i++) {
        direction[i] = isFree[i] === 1 ? -gradient[i]! : 0;
        norm += direction[i]! * direction[i]!;
      }
      step = Math.min(1, firstStep / Math.sqrt(norm));
    }

    let accepted = Number.NaN;
    while (evaluations < maxEvaluations) {
      // The slope along the path that is really walked, bounds included.
      let decrease = 0;
      for (let i = 0; i < n; i++) {
        trial[i] = Math.min(upper[i]!, Math.max(lower[i]!, x[i]! + step * direction[i]!));
        decrease += gradient[i]! * (trial[i]! - x[i]!);
      }
      if (!(decrease < 0)) break;
      const candidate = evaluate(trial, trialGradient);
      evaluations++;
      if (candidate <= value + SUFFICIENT_DECREASE * decrease) {
        accepted = candidate;
        break;
      }
      const interpolated = (-0.5 * decrease) / (candidate - value - decrease);
      step *= Number.isFinite(interpolated) ? Math.min(0.5, Math.max(0.1, interpolated)) : 0.1;
      if (step < 1e-10) break;
    }
    if (Number.isNaN(accepted)) {
      // A direction from stale curvature may fail where steepest descent does not.
      if (memory.size === 0) break;
      memory.size = 0;
      continue;
    }
    memory.store(x, trial, gradient, trialGradient);
    x.set(trial);
    gradient.set(trialGradient);
    const gain = value - accepted;
    value = accepted;
    if (gain < valueTolerance) break;
  }
  return { value, evaluations };
}

/** How far variable `i` can move along `-g` before it meets its bound. */
function roomAlong(
  x: Float64Array,
  way: number,
  lower: Float64Array,
  upper: Float64Array,
  i: number,
): number {
  return way > 0 ? upper[i]! - x[i]! : x[i]! - lower[i]!;
}

/** The last few (step, gradient change) pairs, and the quasi-Newton direction they imply. */
class CurvatureMemory {
  size = 0;
  readonly #n: number;
  readonly #steps: Float64Array[] = [];
  readonly #changes: Float64Array[] = [];
  readonly #weights = new Float64Array(MEMORY);
  #next = 0;

  constructor(n: number) {
    this.#n = n;
    for (let m = 0; m < MEMORY; m++) {
      this.#steps.push(new Float64Array(n));
      this.#changes.push(new Float64Array(n));
    }
  }

  /** Remembers a step, unless the curvature along it is not positive. */
  store(from: Float64Array, to: Float64Array, gradientFrom: Float64Array, gradientTo: Float64Array): void {
    let sy = 0;
    let yy = 0;
    for (let i = 0; i < this.#n; i++) {
      const change = gradientTo[i]! - gradientFrom[i]!;
      sy += (to[i]! - from[i]!) * change;
      yy += change * change;
    }
    if (!(sy > 1e-10 * yy)) return;
    // Only now: the place holds the oldest pair, which a rejected one must not overwrite.
    const s = this.#steps[this.#next]!;
    const y = this.#changes[this.#next]!;
    for (let i = 0; i < this.#n; i++) {
      s[i] = to[i]! - from[i]!;
      y[i] = gradientTo[i]! - gradientFrom[i]!;
    }
    this.#next = (this.#next + 1) % MEMORY;
    this.size = Math.min(MEMORY, this.size + 1);
  }

  /** Writes minus the inverse Hessian times the gradient, over the free variables; returns its slope. */
  direction(gradient: Float64Array, isFree: Uint8Array, direction: Float64Array): number {
    const n = this.#n;
    for (let i = 0; i < n; i++) direction[i] = isFree[i] === 1 ? -gradient[i]! : 0;
    for (let m = 0; m < this.size; m++) {
      const slot = (this.#next - 1 - m + 2 * MEMORY) % MEMORY;
      const s = this.#steps[slot]!;
      const y = this.#changes[slot]!;
      const sy = dotFree(s, y, isFree);
      if (!(sy > 0)) {
        this.#weights[slot] = Number.NaN;
        continue;
      }
      const weight = dotFree(s, direction, isFree) / sy;
      this.#weights[slot] = weight;
      for (let i = 0; i < n; i++) if (isFree[i] === 1) direction[i]! -= weight * y[i]!;
    }
    if (this.size > 0) {
      const latest = (this.#next - 1 + MEMORY) % MEMORY;
      const y = this.#changes[latest]!;
      const scale = dotFree(this.#steps[latest]!, y, isFree) / dotFree(y, y, isFree);
      if (scale > 0 && Number.isFinite(scale)) for (let i = 0; i < n; i++) direction[i]! *= scale;
    }
    for (let m = this.size - 1; m >= 0; m--) {
      const slot = (this.#next - 1 - m + 2 * MEMORY) % MEMORY;
      const weight = this.#weights[slot]!;
      if (Number.isNaN(weight)) continue;
      const s = this.#steps[slot]!;
      const y = this.#changes[slot]!;
      const correction = weight - dotFree(y, direction, isFree) / dotFree(s, y, isFree);
      for (let i = 0; i < n; i++) if (isFree[i] === 1) direction[i]! += correction * s[i]!;
    }
    return dotFree(gradient, direction, isFree);
  }
}

function dotFree(a: Float64Array, b: Float64Array, isFree: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (isFree[i] === 1) sum += a[i]! * b[i]!;
  return sum;
}
