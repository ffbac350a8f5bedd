import { dataset, tune, type Label } from '@tunable/core';
import { expectTypeOf, test } from 'vitest';

import { loadRandomForest } from './load-random-forest.ts';
import { randomForestClassifier } from './random-forest-classifier.ts';
import { randomForestRegressor } from './random-forest-regressor.ts';

test('a classifier has labels and probabilities, a regressor numbers alone', async () => {
  const { model } = await tune(
    randomForestClassifier(),
    dataset({ features: [[1], [2]], target: ['a', 'b'] }),
  );
  expectTypeOf(model.predict([[1]])).toEqualTypeOf<readonly Label[]>();
  expectTypeOf(model.predictProbability([[1]])).toEqualTypeOf<Float64Array>();
  expectTypeOf(model.classes).toEqualTypeOf<readonly Label[]>();
  const numbers = await tune(randomForestRegressor(), dataset({ features: [[1], [2]], target: [1, 2] }));
  expectTypeOf(numbers.model.predict([[1]])).toEqualTypeOf<Float64Array>();
});

test('of a saved one only its content tells', () => {
  const model = loadRandomForest('');
  expectTypeOf(model.predict([[1]])).toEqualTypeOf<readonly Label[] | Float64Array>();
  expectTypeOf(model.predictProbability?.([[1]])).toEqualTypeOf<Float64Array | undefined>();
});
