import type { JsonValue, Learner, Task } from '@tunable/core';

import { runtimeName } from './load-runtime.ts';
import { fitNetwork } from './fit-network.ts';
import type { OnnxNetworkModel } from './network-model.ts';
import { checkLearnerOptions, type OnnxLearnerOptions } from './options.ts';
import { networkSpace, type NetworkShape } from './params.ts';

/**
 * The learner of a task.
 *
 * @param owner the factory that is exported.
 * @param module where; worker threads find it by both.
 */
export function createLearner<M extends OnnxNetworkModel>(
  owner: 'onnxClassifier' | 'onnxRegressor',
  module: string,
  task: Task,
  options: OnnxLearnerOptions,
): Learner<NetworkShape, M> {
  const settings = checkLearnerOptions(owner, options);
  return {
    specificationVersion: 1,
    name: task === 'classification' ? 'onnx-classifier' : 'onnx-regressor',
    task,
    capabilities: task === 'classification' ? ['probability', 'steps'] : ['steps'],
    space: networkSpace(task),
    fit: (params, data, context) => fitNetwork(owner, settings, params, data, context) as Promise<never>,
    describeAdvice: "name the runtime ('onnxruntime-node'), and give sessionOptions of plain data",
    describe() {
      const runtime = runtimeName(settings.runtime);
      // Session options are plain data by their type, but may hold what no other thread can have (a WebGPU device, say).
      if (runtime === undefined || !isPlain(options.sessionOptions)) return undefined;
      const given = JSON.parse(JSON.stringify({ ...options, runtime })) as JsonValue;
      return { module, export: owner, arguments: [given] };
    },
  };
}

function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value !== 'function';
  const prototype: unknown = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || Array.isArray(value)) &&
    Object.values(value).every((item) => isPlain(item))
  );
}
