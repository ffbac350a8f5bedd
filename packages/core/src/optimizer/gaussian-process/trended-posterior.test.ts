import { expect, test } from 'vitest';
import { createRandom } from '../../math/random.ts';
import type { Kernel } from './kernel.ts';
import { initialParameters } from './likelihood.ts';
import { Posterior } from './posterior.ts';
import { fitTrend } from './trend.ts';
import { TrendedPosterior } from './trended-posterior.ts';

const random = createRandom(3);
const kernel: Kernel = {
  features: 2,
  groups: 2,
  groupOf: Int32Array.of(0, 1),
  isAdditive: true,
  typicalScale: 0.6,
};
const theta = initialParameters(kernel);
theta[kernel.groups + 1] = Math.log(1e-6);
const f = (x: number, y: number) => Math.sin(5 * x) + y * y;
const pointsOf = (n: number) => Float64Array.from({ length: 2 * n }, () => random.uniform());
const targetsAt = (points: Float64Array, shift: number) =>
  Float64Array.from({ length: points.length / 2 }, (_, i) => f(points[2 * i]! + shift, points[2 * i + 1]!));

const earlierPoints = pointsOf(25);
const earlier = new Posterior(kernel, theta, earlierPoints, targetsAt(earlierPoints, 0.1), 0);
const points = pointsOf(8);
const targets = targetsAt(points, 0);

function trended(room: number): TrendedPosterior {
  const predictions = targets.map((_, i) => {
    earlier.predictMean(points, 2 * i, false);
    return earlier.mean;
  });
  const trend = fitTrend([predictions], targets);
  expect(trend.weights[0]).toBeGreaterThan(0.3);
  return new TrendedPosterior(new Posterior(kernel, theta, points, trend.residuals, room), [earlier], trend);
}

test('it passes through what was observed', () => {
  const posterior = trended(0);
  for (let i = 0; i < targets.length; i++) {
    posterior.predict(points, 2 * i, false);
    expect(posterior.mean).toBeCloseTo(targets[i]!, 3);
    expect(posterior.deviation).toBeLessThan(1e-2);
  }
});

test('its gradients are those of finite differences', () => {
  const posterior = trended(0);
  const at = Float64Array.of(0.31, 0.62);
  posterior.predict(at, 0, true);
  const [mean, deviation] = [posterior.meanGradient.slice(), posterior.deviationGradient.slice()];
  for (const feature of [0, 1]) {
    const h = 1e-5;
    const [up, down] = [1, -1].map((sign) => {
      const moved = at.slice();
      moved[feature]! += sign * h;
      posterior.predict(moved, 0, false);
      return { mean: posterior.mean, deviation: posterior.deviation };
    });
    expect(mean[feature]).toBeCloseTo((up!.mean - down!.mean) / (2 * h), 5);
    expect(deviation[feature]).toBeCloseTo((up!.deviation - down!.deviation) / (2 * h), 5);
  }
});

test('a survey agrees with single predictions, and a glimpse with its bounds', () => {
  const posterior = trended(0);
  const many = pointsOf(6);
  const cross = new Float64Array(6 * posterior.size);
  const [means, bounds] = [new Float64Array(6), new Float64Array(6)];
  posterior.survey(many, 6, cross, means, bounds);
  const upper = bounds.slice();
  posterior.deviations(cross, Int32Array.from([0, 1, 2, 3, 4, 5]), 6, bounds);
  for (let i = 0; i < 6; i++) {
    posterior.glimpse(many, 2 * i);
    expect([posterior.mean, posterior.deviation]).toEqual([means[i], upper[i]]);
    posterior.predict(many, 2 * i, false);
    expect(posterior.mean).toBeCloseTo(means[i]!, 12);
    expect(posterior.deviation).toBeCloseTo(bounds[i]!, 12);
    expect(upper[i]).toBeGreaterThanOrEqual(bounds[i]! - 1e-12);
  }
});

test('a point that is taken to be as predicted leaves the prediction there', () => {
  const posterior = trended(1);
  const at = Float64Array.of(0.4, 0.9);
  posterior.predict(at, 0, false);
  const { mean, deviation } = posterior;
  expect(posterior.append(at, 0)).toBeCloseTo(mean, 10);
  posterior.predict(at, 0, false);
  expect(posterior.mean).toBeCloseTo(mean, 10);
  expect(posterior.deviation).toBeLessThan(0.2 * deviation);
});
