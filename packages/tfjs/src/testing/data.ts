import { createRandom, dataset, type Dataset } from '@tunable/core';

/** Three classes in two columns of very different size, which overlap a little, and a column of noise. */
export function threeClasses(rows: number, seed = 1): Dataset {
  const random = createRandom(seed);
  const labels = ['a', 'b', 'c'];
  const points = Array.from({ length: rows }, (_, i) => [
    (i % 3) + 0.4 * random.normal(),
    1000 + 500 * (i % 3 === 1 ? 1 : 0) + 150 * random.normal(),
    random.uniform(),
  ]);
  return dataset({ features: points, target: points.map((_, i) => labels[i % 3]!) });
}

/** Two classes that a line divides. */
export function twoClasses(rows: number, seed = 1): Dataset {
  const random = createRandom(seed);
  const points = Array.from({ length: rows }, () => [random.normal(), random.normal()]);
  return dataset({ features: points, target: points.map(([a, b]) => (a! + b! > 0 ? 'yes' : 'no')) });
}

/** A curve in one column, far from zero. */
export function curve(rows: number, seed = 1): Dataset {
  const random = createRandom(seed);
  const points = Array.from({ length: rows }, () => [1e4 + 1e3 * random.uniform()]);
  return dataset({
    features: points,
    target: points.map(([x]) => 500 + 100 * Math.sin((x! - 1e4) / 200) + 2 * random.normal()),
  });
}
