import { dataset, float, holdout, space, tune, type FitContext, type Label } from '@tunable/core';
import { expectTypeOf, test } from 'vitest';

import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';
import type { OnnxLearnerOptions } from './options.ts';
import type { NetworkParams } from './params.ts';

const data = dataset({ features: [[1], [2]], target: ['a', 'b'] });

test('params and models are typed', () => {
  const learner = onnxClassifier();
  const params = learner.space.decode(learner.space.defaultRow());
  expectTypeOf(params).toExtend<NetworkParams>();
  expectTypeOf(params.hidden).toEqualTypeOf<number[]>();
  if (params.optimizer.type === 'momentum') expectTypeOf(params.optimizer.nesterov).toBeBoolean();
  // @ts-expect-error plain gradient descent has no momentum
  if (params.optimizer.type === 'sgd') void params.optimizer.momentum;
});

test('tune knows the model, and which parameters a space may have', async () => {
  const { model, best } = await tune(onnxClassifier(), data, {
    space: space({ dropout: float(0, 0.9) }),
    resampling: holdout(),
  });
  expectTypeOf(best.params).toEqualTypeOf<{ dropout: number }>();
  expectTypeOf(await model.predict([[1]])).toEqualTypeOf<readonly Label[]>();
  expectTypeOf(await model.predictProbability([[1]])).toEqualTypeOf<Float64Array>();
  const numbers = await tune(onnxRegressor(), data);
  expectTypeOf(await numbers.model.predict([[1]])).toEqualTypeOf<Float64Array>();
  expectTypeOf(model.save()).toEqualTypeOf<Uint8Array<ArrayBuffer>>();
  // @ts-expect-error there is no such parameter
  await tune(onnxClassifier(), data, { space: space({ droupout: float(0, 0.9) }) });
});

test('options and fits are checked', () => {
  expectTypeOf(onnxClassifier).parameter(0).toEqualTypeOf<OnnxLearnerOptions | undefined>();
  // @ts-expect-error a list is needed
  onnxClassifier({ providers: 'cpu' });
  // @ts-expect-error no such runtime
  onnxClassifier({ runtime: 'onnxruntime' });
  // @ts-expect-error params must be whole
  void onnxClassifier().fit({ hidden: [3] }, data, {} as FitContext);
});
