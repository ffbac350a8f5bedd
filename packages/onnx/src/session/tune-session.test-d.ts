import { float, int, space } from '@tunable/core';
import * as ort from 'onnxruntime-node';
import { expectTypeOf, test } from 'vitest';

import { onnxSession } from './onnx-session.ts';
import type { SessionParams } from './session-params.ts';
import { tuneSession } from './tune-session.ts';

test('a configuration holds the settings of the session and the parameters of the user', async () => {
  const result = await tuneSession({
    runtime: ort,
    model: 'model.onnx',
    inputs: [],
    space: space({ threshold: float(0, 1, { default: 0.5 }), intraOpNumThreads: int(1, 4, { default: 1 }) }),
    evaluate: (params, { run }) => {
      expectTypeOf(params.threshold).toEqualTypeOf<number>();
      expectTypeOf(params.variant).toEqualTypeOf<string>();
      expectTypeOf(run).parameter(0).not.toBeAny();
      return params.threshold;
    },
  });
  expectTypeOf(result.best.params.threshold).toEqualTypeOf<number>();
  expectTypeOf(result.best.params.graphOptimizationLevel).toEqualTypeOf<
    SessionParams['graphOptimizationLevel']
  >();
  expectTypeOf(result.options).toExtend<ort.InferenceSession.SessionOptions>();
});

test('without a space of the user it is the settings of the session', async () => {
  const session = await onnxSession({ runtime: ort, model: 'model.onnx', inputs: [] });
  expectTypeOf(session.reference.params).toExtend<SessionParams>();
  expectTypeOf(session.reference.params.batchSize).toEqualTypeOf<number>();
  // @ts-expect-error there is no such parameter
  void session.reference.params.threshold;
});
