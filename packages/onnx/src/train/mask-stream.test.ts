import { expect, test } from 'vitest';

import { maskStream } from './mask-stream.ts';

test('masks keep the wanted share, scaled so that the mean stays 1', () => {
  for (const rate of [0.1, 0.5, 0.73]) {
    const mask = new Float32Array(100_001);
    maskStream(rate, 1, 1, 0)(mask);
    const kept = mask.filter((x) => x > 0);
    expect(kept.length / mask.length).toBeCloseTo(1 - rate, 2);
    for (const x of kept.slice(0, 5)) expect(x).toBeCloseTo(1 / (1 - rate), 3);
  }
});

test('masks follow from seed, epoch and layer, and differ between any two', () => {
  const draw = (...parts: [number, number, number]): string => {
    const mask = new Float32Array(64);
    maskStream(0.5, ...parts)(mask);
    return mask.join();
  };
  expect(draw(1, 2, 3)).toBe(draw(1, 2, 3));
  const different = [draw(1, 2, 3), draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)];
  expect(new Set(different).size).toBe(4);
});

test('a stream goes on from call to call, wherever it is cut', () => {
  const whole = new Float32Array(40);
  maskStream(0.3, 5, 1, 1)(whole);
  const [one, two] = [new Float32Array(12), new Float32Array(28)];
  const fill = maskStream(0.3, 5, 1, 1);
  fill(one);
  fill(two);
  expect([...one, ...two]).toEqual([...whole]);
});
