import { InvalidArgumentError, InvalidSpaceError, space } from '@tunable/core';
import { describe, expect, test } from 'vitest';

import { convClassifier } from './conv-classifier.ts';
import { denseClassifier } from './dense-classifier.ts';
import { denseRegressor } from './dense-regressor.ts';
import { classifier, regressor, smallShape } from './testing/learners.ts';

describe('options', () => {
  test.each([
    [{ epoch: 3 }, /tfjsClassifier: unknown option 'epoch'; the options are space, build, epochs/],
    [{ epochs: 0 }, /epochs must be a whole number of at least 1, not 0/],
    [{ batchSize: 2.5 }, /batchSize must be a whole number of at least 1, not 2\.5/],
    [{ learningRate: 0 }, /learningRate must be a number above 0, not 0/],
    [{ optimizer: { type: 'sgd', momentm: 0.9 } }, /tfjsClassifier: .*'sgd' has no argument 'momentm'/],
    [{ optimizer: { type: 'sgd', momentum: 2 } }, /momentum must be a number from 0 to below 1, not 2/],
    [{ optimizer: 'lion' }, /optimizer must be one of sgd, .*, not "lion"/],
    [
      { schedule: 'zigzag' },
      /schedule must be constant, linear, cosine, exponential or a function, not "zigzag"/,
    ],
    [{ earlyStopping: true }, /earlyStopping must be a patience in epochs, .*, not true/],
    [{ earlyStopping: { patience: 2, delta: 1 } }, /earlyStopping must be/],
    [{ keepBest: 1 }, /keepBest must be true or false, not 1/],
    [{ validationSplit: 1 }, /validationSplit must be a share from 0 to below 1, not 1/],
    [{ classWeights: { a: -1 } }, /classWeights must be 'balanced', or a weight of at least 0 by label/],
    [{ standardize: 'yes' }, /standardize must be true or false, not "yes"/],
    [{ onDivergence: 'ignore' }, /onDivergence must be 'fail' or 'prune', not "ignore"/],
    [{ backend: 3 }, /backend must be a name such as 'wasm', or a list of names, not 3/],
    [{ backend: [] }, /backend must be/],
    [
      { backend: 'gpu' },
      /tfjsClassifier: unknown backend 'gpu'; known are webgpu, tensorflow, webgl, wasm, cpu/,
    ],
    [{ backend: ['cpu', 'gpu'] }, /unknown backend 'gpu'/],
    [{ inputShape: [0] }, /inputShape must be a list of whole numbers such as \[28, 28, 1\], not \[0\]/],
    [{ source: './net.js' }, /source must be { module: import\.meta\.url, export/],
    [{ build: 'net' }, /build must be a function that returns a model, not "net"/],
    [{ augment: 1 }, /augment must be a function, not 1/],
    [{ name: '' }, /name must be a text/],
    [{ outputs: 'odds' }, /outputs must be 'probabilities' or 'logits', not "odds"/],
    [{ loss: 5 }, /loss must be one of meanSquaredError, .* or a function, not 5/],
    [{ space: null }, /space must be a space, or an object of parameters, not null/],
  ])('%j is refused', (options, message) => {
    expect(() => classifier(options as never)).toThrow(InvalidArgumentError);
    expect(() => classifier(options as never)).toThrow(message);
  });

  test('what is about classes is refused for regression', () => {
    expect(() => regressor({ classWeights: 'balanced' } as never)).toThrow(
      /classWeights is for classification/,
    );
    expect(() => denseRegressor({ classWeights: 'balanced' } as never)).toThrow(
      /denseRegressor: classWeights is for classification/,
    );
    expect(() => regressor({ outputs: 'logits' } as never)).toThrow(/outputs is for classification/);
  });

  test('an ill-formed space is refused', () => {
    expect(() => classifier({ space: { units: 3 } } as never)).toThrow(InvalidSpaceError);
  });

  test('ready-made learners take what JSON can say', () => {
    expect(() => denseClassifier({ build: () => {} } as never)).toThrow(
      /denseClassifier: unknown option 'build'/,
    );
    expect(() => denseRegressor({ schedule: () => 1 } as never)).toThrow(
      /denseRegressor: schedule must be a name here/,
    );
    expect(() => convClassifier({ inputShape: [] })).toThrow(/convClassifier: inputShape must be/);
  });
});

test('the space may be given as such, or as its shape', () => {
  expect(classifier({ space: space(smallShape) }).space.toJSON()).toEqual(classifier().space.toJSON());
});

describe('description', () => {
  const source = { module: import.meta.url, export: 'net' };

  test('a learner of your own has the one that it is given', () => {
    expect(classifier().describe?.()).toBeUndefined();
    expect(classifier().describeAdvice).toContain("give source: { module: import.meta.url, export: 'net' }");
    expect(classifier({ source }).describeAdvice).toBeUndefined();
    expect(classifier({ source }).describe?.()).toEqual({ ...source, arguments: [] });
    expect(classifier({ source: { ...source, arguments: [3] } }).describe?.()?.arguments).toEqual([3]);
  });

  test('a ready-made one describes itself', () => {
    expect(denseClassifier({ epochs: 7 }).describe?.()).toEqual({
      module: expect.stringMatching(/^file:.*dense-classifier/),
      export: 'denseClassifier',
      arguments: [{ epochs: 7 }],
    });
  });
});

test('names and capabilities', () => {
  expect(classifier().name).toBe('tfjs-classifier');
  expect(classifier({ name: 'digits' }).name).toBe('digits');
  expect(regressor().name).toBe('tfjs-regressor');
  expect(classifier().capabilities).toEqual(['probability', 'steps']);
  expect(regressor().capabilities).toEqual(['steps']);
});
