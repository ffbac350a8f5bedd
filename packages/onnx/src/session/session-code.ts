import type { SearchSpace } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import type { OnnxModel, OnnxRuntime } from '../runtime.ts';
import { runtimeKind } from '../runtime.ts';
import { SESSION_PARAM_NAMES, toSessionOptions, type SessionParams } from './session-params.ts';

/** What the code to paste depends on, besides the configuration. */
export interface CodeOptions {
  /** Which package is imported. */
  readonly runtime: OnnxRuntime;
  /** The model's files. */
  readonly models: { readonly [variant: string]: OnnxModel };
  /** Options that every session has. */
  readonly sessionOptions: InferenceSession.SessionOptions;
}

/** A program that creates the session of a configuration, to paste. Parameters of the user's own are told as a constant. */
export function sessionCode(params: SessionParams, space: SearchSpace, options: CodeOptions): string {
  const { runtime, models, sessionOptions } = options;
  const model = models[params.variant];
  const file = JSON.stringify(typeof model === 'string' ? model : `${params.variant}.onnx`);
  const settings = toSource(toSessionOptions(params, sessionOptions));
  const own = Object.keys(space.shape).filter(
    (name) => !SESSION_PARAM_NAMES.includes(name as keyof SessionParams),
  );
  const decisions = Object.fromEntries(own.map((name) => [name, params[name as keyof SessionParams]]));
  return [
    `import * as ort from 'onnxruntime-${runtimeKind(runtime)}';`,
    '',
    `const session = await ort.InferenceSession.create(${file.replaceAll('"', "'")}, ${settings});`,
    ...(params.batchSize === 1 ? [] : [`const batchSize = ${params.batchSize};`]),
    ...(own.length === 0 ? [] : [`const decision = ${toSource(decisions)};`]),
    '',
  ].join('\n');
}

/** JSON as a TypeScript literal: names without quotation marks where possible, texts in single ones. */
function toSource(value: unknown): string {
  return JSON.stringify(value, null, 2)
    .replaceAll(/^(\s*)"([A-Za-z_]\w*)":/gm, '$1$2:')
    .replaceAll(/"((?:[^"\\']|\\.)*)"/g, "'$1'")
    .replaceAll(/\[\s*('[^']*')\s*\]/g, '[$1]');
}
