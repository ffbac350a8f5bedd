import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createRandom, dataset, fitContext, type Dataset } from '@tunable/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { missingInPython, runPython } from '../fixtures/python.ts';
import { GraphBuilder } from '../graph/graph-builder.ts';
import { activationNames } from './activation.ts';
import { crossEntropy } from './loss.ts';
import { createNetwork } from './network.ts';
import { onnxClassifier } from './onnx-classifier.ts';
import { onnxRegressor } from './onnx-regressor.ts';
import { updateRule } from './optimizer.ts';
import { loopModel, planTraining, stepModel } from './training-graph.ts';

const missing = missingInPython('onnx', 'onnxruntime', 'numpy');
const random = createRandom(4);
const features = Array.from({ length: 40 }, () => [random.normal(), 100 * random.normal() + 500]);

const RUN = `
import json, sys
import numpy, onnx, onnxruntime
path = sys.argv[1]
onnx.checker.check_model(onnx.load(path), full_check=True)
session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
rows = numpy.array(json.loads(sys.argv[2]), dtype=numpy.float32)
outputs = session.run(None, {"features": rows})
metadata = session.get_modelmeta().custom_metadata_map
print(json.dumps({"outputs": [output.tolist() for output in outputs], "metadata": metadata}))
`;
const CHECK = `
import sys, onnx
for path in sys.argv[1:]:
    onnx.checker.check_model(onnx.load(path), full_check=True)
`;

describe.skipIf(missing !== undefined)(`in Python${missing === undefined ? '' : ` (${missing})`}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tunable-onnx-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each<[string, Dataset]>([
    [
      'classes',
      dataset({ features, target: features.map(([a], i) => (a! > 0 ? 'up' : i % 2 ? 'down' : 'left')) }),
    ],
    ['numbers', dataset({ features, target: features.map(([a, b]) => a! + b!) })],
  ])('a saved network of %s is valid, and predicts the same', { timeout: 60_000 }, async (name, data) => {
    const learner = (data.task === 'classification' ? onnxClassifier : onnxRegressor)({ epochs: 3 });
    const params = learner.space.decode(learner.space.defaultRow());
    const changes = { batchNorm: true, activation: 'gelu' } as const;
    const model = await learner.fit({ ...params, ...changes, hidden: [6, 5] }, data, fitContext());
    const path = join(folder, `${name}.onnx`);
    writeFileSync(path, model.save());
    const { stdout, stderr, status } = runPython(RUN, path, JSON.stringify(features));
    expect(status, `Python: ${stderr}`).toBe(0);
    const { outputs, metadata } = JSON.parse(stdout) as {
      outputs: number[][][];
      metadata: { [key: string]: string };
    };
    expect(metadata['tunable.task']).toBe(data.task);
    const wanted =
      data.task === 'classification' ? await model.predictProbability!(data) : await model.predict(data);
    const found = outputs[0]!.flat();
    expect(found).toHaveLength(wanted.length);
    for (const [i, number] of found.entries()) expect(number).toBeCloseTo(wanted[i] as number, 4);
    await model.dispose();
  });

  test('training graphs are valid, whatever they are made of', { timeout: 60_000 }, () => {
    const optimizers = [
      { type: 'sgd', learningRate: 1 },
      { type: 'momentum', learningRate: 1, momentum: 0.9, nesterov: true },
      { type: 'adam', learningRate: 1 },
      { type: 'adamW', learningRate: 1 },
    ] as const;
    const paths = activationNames.flatMap((activation, i) => {
      const network = createNetwork(
        { hidden: [5, 4], activation, batchNorm: i % 2 === 0, dropout: i % 3 === 0 ? 0.2 : 0 },
        3,
        2,
        crossEntropy(2),
        1,
      );
      const plan = planTraining(network, updateRule(optimizers[i % 4]!, 0.1));
      return [loopModel(plan), stepModel(plan)].map((model, kind) => {
        const path = join(folder, `${activation}-${kind}.onnx`);
        writeFileSync(path, model);
        return path;
      });
    });
    const { status, stderr } = runPython(CHECK, ...paths);
    expect(status, `Python: ${stderr}`).toBe(0);

    const invalid = new GraphBuilder();
    invalid.output('y', invalid.add('Relu', ['nowhere']), [1]);
    const path = join(folder, 'invalid.onnx');
    writeFileSync(path, invalid.toModel('invalid'));
    expect(runPython(CHECK, path).status).toBe(1);
  });
});
