import { expectTypeOf, test } from 'vitest';
import { boolean, categorical } from '../hyperparameter/categorical.ts';
import { constant } from '../hyperparameter/constant.ts';
import { float } from '../hyperparameter/float.ts';
import { int } from '../hyperparameter/int.ts';
import { choice } from './choice.ts';
import { list } from './list.ts';
import type { Infer } from './node.ts';
import { space } from './search-space.ts';
import { when } from './when.ts';

test('the type of a configuration follows from the space', () => {
  const inner = space({ a: int(0, 1) });
  const outer = space(
    {
      rate: float(0, 1),
      activation: categorical(['relu', 'tanh', null]),
      batch: categorical([32, 64]),
      bias: boolean(),
      version: constant('v1'),
      optimizer: choice({ adam: { beta1: float(0, 1) }, sgd: {} }),
      layers: list({ units: int(1, 9) }, { max: 3 }),
      inner,
      plain: { x: float(0, 1) },
      momentum: when({ optimizer: 'sgd' }, float(0, 1)),
    },
    { where: [(p) => p.rate < p.layers.length] },
  );
  expectTypeOf<Infer<typeof outer>>().toEqualTypeOf<{
    rate: number;
    activation: 'relu' | 'tanh' | null;
    batch: 32 | 64;
    bias: boolean;
    version: 'v1';
    optimizer: { type: 'adam'; beta1: number } | { type: 'sgd' };
    layers: { units: number }[];
    inner: { a: number };
    plain: { x: number };
    momentum: number | undefined;
  }>();
  expectTypeOf(outer.sample(1).optimizer.type).toEqualTypeOf<'adam' | 'sgd'>();
});
