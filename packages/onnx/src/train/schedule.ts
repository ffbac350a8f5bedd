/** How the learning rate goes on after the warm-up; see `learningRateAt`. */
export type ScheduleName = 'constant' | 'linear' | 'cosine' | 'step';

/** The names of all schedules. */
export const scheduleNames: readonly ScheduleName[] = ['constant', 'linear', 'cosine', 'step'];

/** A learning rate over time. */
export interface Schedule {
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  /** The share of all steps in which the rate rises in equal steps to `learningRate`; from 0, below 1. */
  readonly warmup: number;
}

/**
 * The learning rate of a step. After the warm-up (Goyal et al., "Accurate, Large Minibatch SGD", 2017, section 2.2)
 * it stays (`constant`), falls to 0 in a line (`linear`), falls to 0 along half a cosine (`cosine`: Loshchilov & Hutter, "SGDR", ICLR 2017, equation 5,
 * without restarts), or is divided by 10 after half and after three quarters of the steps that are left (`step`: He et
 * al., "Deep Residual Learning", CVPR 2016, section 4.2).
 *
 * @param step counted from 0.
 * @param total how many steps there will be.
 */
export function learningRateAt(
  { learningRate, schedule, warmup }: Schedule,
  step: number,
  total: number,
): number {
  const warmupSteps = Math.floor(warmup * total);
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const progress = (step - warmupSteps) / (total - warmupSteps);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * (1 - progress);
    case 'cosine':
      return (learningRate / 2) * (1 + Math.cos(Math.PI * progress));
    case 'step':
      return learningRate * (progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01);
  }
}
