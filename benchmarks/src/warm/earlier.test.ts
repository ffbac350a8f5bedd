import { expect, test } from 'vitest';

import { loadProblem } from '../problem/load.ts';
import { EARLIER, shifted } from './earlier.ts';

test('numbers are moved by a tenth of their range and stay in it; categories stay', () => {
  const branin = loadProblem('branin');
  const { low = 0, high = 1, name } = branin.parameters[0]!;
  const width = high - low;
  const at = (u: number): number => {
    const config = Object.fromEntries(branin.parameters.map((p) => [p.name, p.low!]));
    return ((shifted(branin, { ...config, [name]: low + u * width })[name] as number) - low) / width;
  };
  expect(at(0.2)).toBeCloseTo(0.3, 9);
  expect(at(0.95)).toBeCloseTo(0.95, 9);
  expect(at(1)).toBeCloseTo(0.9, 9);
  const mixed = loadProblem('cond-3algos');
  const category = mixed.parameters.find(({ type }) => type === 'cat')!;
  const value = category.choices![1]!;
  expect(shifted(mixed, { [category.name]: value })).toEqual({ [category.name]: value });
});

test('the earlier studies are of what their names say', () => {
  const branin = loadProblem('branin');
  const config = Object.fromEntries(
    branin.parameters.map((p) => [p.name, p.low! + 0.3 * (p.high! - p.low!)]),
  );
  const [same, moved, instance, opposite] = EARLIER.map(({ objective }) => objective(branin, 1)!(config));
  const truth = branin.truth(config);
  expect(same).toBe(truth);
  expect(opposite).toBe(-truth);
  expect(moved).toBe(branin.truth(shifted(branin, config)));
  expect(instance).not.toBe(truth);
  // What was fitted to data has no other instances.
  expect(EARLIER[2]!.objective(loadProblem('hpo-svm_digits'), 1)).toBeUndefined();
});
