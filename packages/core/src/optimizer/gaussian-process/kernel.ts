/**
 * The covariance function, over features x (see `encoding.ts`) with one length scale l_g per hyperparameter:
 *
 *   k(x, x') = s M(r²) + (c / F) Σ_f 1 / (1 + d_f² / (2 b_g²)) + v δ(x, x')
 *
 * with d_f = x_f - x'_f, r² = Σ_f d_f² / l_g², F the number of features, and Matérn's function of smoothness 5/2,
 * M(r²) = (1 + √5 r + 5 r²/3) exp(-√5 r) (Rasmussen & Williams, "Gaussian Processes for Machine Learning", eq. 4.17).
 *
 * The second term, which is optional, is additive: a sum of functions of one variable each (rational quadratic with
 * α = 1, that is Cauchy; ibid. eq. 4.19), with length scales b_g of its own. It learns the main effect of each
 * hyperparameter from few points, and needs no exponential.
 *
 * Its parameters θ are logarithms: ln l_1..ln l_G, ln s, ln v, then, with the additive term, ln b_1..ln b_G, ln c.
 */
export interface Kernel {
  /** Number of features F. */
  readonly features: number;
  /** Number of hyperparameters G. */
  readonly groups: number;
  /** The hyperparameter of each feature. */
  readonly groupOf: Int32Array;
  /** Whether there is an additive term. */
  readonly isAdditive: boolean;
  /** The length scale that the Matérn term is expected to have: the centre of its prior. */
  readonly typicalScale: number;
}

const SQRT5 = Math.sqrt(5);

/** How many parameters a kernel has. */
export function parameterCount({ groups, isAdditive }: Kernel): number {
  return isAdditive ? 2 * groups + 3 : groups + 2;
}

/** Index in θ of ln s, the variance of the Matérn term; ln v, the variance of the noise, comes next. */
export function signalIndex({ groups }: Kernel): number {
  return groups;
}

/** Index in θ of ln c, the variance of the additive term; only where there is one. */
export function additiveIndex({ groups }: Kernel): number {
  return 2 * groups + 2;
}

/** θ in the form in which covariances are computed. */
export interface KernelScales {
  /** 1 / l per feature. */
  readonly inverse: Float64Array;
  /** 1 / (√2 b) per feature; empty without additive term. */
  readonly additiveInverse: Float64Array;
  /** s. */
  readonly signal: number;
  /** v. */
  readonly noise: number;
  /** c / F; 0 without additive term. */
  readonly additive: number;
  /** k(x, x) without noise: s + c. */
  readonly variance: number;
}

/** Computes the scales of θ. */
export function kernelScales(kernel: Kernel, theta: Float64Array): KernelScales {
  const { features, groupOf, isAdditive, groups } = kernel;
  const inverse = new Float64Array(features);
  const additiveInverse = new Float64Array(isAdditive ? features : 0);
  for (let f = 0; f < features; f++) {
    inverse[f] = Math.exp(-theta[groupOf[f]!]!);
    if (isAdditive) additiveInverse[f] = Math.SQRT1_2 * Math.exp(-theta[groups + 2 + groupOf[f]!]!);
  }
  const signal = Math.exp(theta[groups]!);
  const total = isAdditive ? Math.exp(theta[additiveIndex(kernel)]!) : 0;
  return {
    inverse,
    additiveInverse,
    signal,
    noise: Math.exp(theta[groups + 1]!),
    additive: total / Math.max(1, features),
    variance: signal + total,
  };
}

/** Divides every row of `points` by the length scales: `scaled[i, f] = points[i, f] * inverse[f]`. */
export function scalePoints(
  points: Float64Array,
  count: number,
  inverse: Float64Array,
  scaled: Float64Array,
): void {
  const features = inverse.length;
  for (let i = 0; i < count; i++) {
    const row = i * features;
    for (let f = 0; f < features; f++) scaled[row + f] = points[row + f]! * inverse[f]!;
  }
}

/**
 * Writes the covariances of `n` points (noise on the diagonal) to the lower triangle of `matrix`, and, in the upper
 * triangle, what their derivatives by the length scales of the Matérn term have in common:
 * ∂k/∂(ln l_g) = (5/3) s (1 + √5 r) exp(-√5 r) · Σ_{f in g} d_f²/l_g².
 *
 * @param scales of θ.
 * @param full the points divided by the length scales of the Matérn term.
 * @param extra the points divided by √2 b; read only with an additive term.
 * @param n number of points.
 * @param matrix n rows.
 * @param stride distance between them.
 */
export function fillCovariance(
  scales: KernelScales,
  full: Float64Array,
  extra: Float64Array,
  n: number,
  matrix: Float64Array,
  stride: number,
): void {
  const { signal, additive, variance, noise } = scales;
  const features = scales.inverse.length;
  const isAdditive = scales.additiveInverse.length > 0;
  for (let i = 0; i < n; i++) {
    const a = i * features;
    for (let j = 0; j < i; j++) {
      const b = j * features;
      let squared = 0;
      for (let f = 0; f < features; f++) {
        const d = full[a + f]! - full[b + f]!;
        squared += d * d;
      }
      const r = SQRT5 * Math.sqrt(squared);
      const decay = signal * Math.exp(-r);
      let covariance = (1 + r + (5 / 3) * squared) * decay;
      if (isAdditive) {
        let sum = 0;
        for (let f = 0; f < features; f++) {
          const d = extra[a + f]! - extra[b + f]!;
          sum += 1 / (1 + d * d);
        }
        covariance += additive * sum;
      }
      matrix[i * stride + j] = covariance;
      matrix[j * stride + i] = (5 / 3) * (1 + r) * decay;
    }
    matrix[i * stride + i] = variance + noise;
  }
}

/**
 * Writes the covariances, without noise, of one point with `n` others to `target`, starting at `at`.
 *
 * @param scales of θ.
 * @param point the point divided by l, then, with an additive term, the point divided by √2 b.
 * @param full the others divided by l.
 * @param extra the others divided by √2 b.
 * @param n how many others.
 * @param target receives n numbers.
 * @param at index of the first.
 */
export function crossCovariance(
  scales: KernelScales,
  point: Float64Array,
  full: Float64Array,
  extra: Float64Array,
  n: number,
  target: Float64Array,
  at: number,
): void {
  const { signal, additive } = scales;
  const features = scales.inverse.length;
  const isAdditive = scales.additiveInverse.length > 0;
  for (let j = 0; j < n; j++) {
    const b = j * features;
    let squared = 0;
    for (let f = 0; f < features; f++) {
      const d = point[f]! - full[b + f]!;
      squared += d * d;
    }
    const r = SQRT5 * Math.sqrt(squared);
    let covariance = (1 + r + (5 / 3) * squared) * signal * Math.exp(-r);
    if (isAdditive) {
      let sum = 0;
      for (let f = 0; f < features; f++) {
        const d = point[features + f]! - extra[b + f]!;
        sum += 1 / (1 + d * d);
      }
      covariance += additive * sum;
    }
    target[at + j] = covariance;
  }
}

/**
 * Adds the gradient by the point x of Σ_j p_j k(x, x_j) to `first`, and that of Σ_j q_j k(x, x_j) to `second`: one pass
 * for the gradients of mean and variance.
 *
 * @param scales of θ.
 * @param point as in {@link crossCovariance}.
 * @param full the others divided by l.
 * @param extra the others divided by √2 b.
 * @param n how many others.
 * @param p first weights.
 * @param q second weights.
 * @param first one number per feature.
 * @param second one number per feature.
 */
export function crossGradients(
  scales: KernelScales,
  point: Float64Array,
  full: Float64Array,
  extra: Float64Array,
  n: number,
  p: Float64Array,
  q: Float64Array,
  first: Float64Array,
  second: Float64Array,
): void {
  const { signal, additive, inverse, additiveInverse } = scales;
  const features = inverse.length;
  const isAdditive = additiveInverse.length > 0;
  for (let j = 0; j < n; j++) {
    const b = j * features;
    let squared = 0;
    for (let f = 0; f < features; f++) {
      const d = point[f]! - full[b + f]!;
      squared += d * d;
    }
    const r = SQRT5 * Math.sqrt(squared);
    // dM/d(r²) = -(5/6) (1 + √5 r) exp(-√5 r), and d(r²)/dx_f = 2 d_f / l².
    const slope = (-5 / 3) * (1 + r) * signal * Math.exp(-r);
    const pj = p[j]!;
    const qj = q[j]!;
    for (let f = 0; f < features; f++) {
      let derivative = slope * (point[f]! - full[b + f]!) * inverse[f]!;
      if (isAdditive) {
        const d = point[features + f]! - extra[b + f]!;
        const bump = 1 / (1 + d * d);
        derivative -= 2 * additive * bump * bump * d * additiveInverse[f]!;
      }
      first[f]! += pj * derivative;
      second[f]! += qj * derivative;
    }
  }
}
