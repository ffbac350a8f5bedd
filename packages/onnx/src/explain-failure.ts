import { FrameworkError, InvalidArgumentError, TunableError, UnsupportedError } from '@tunable/core';

import { describeValues, type Signature } from './model-signature.ts';
import { providerAdvice } from './providers/known-providers.ts';
import type { OnnxModel } from './runtime.ts';

/** What was going on when ONNX Runtime failed. */
export interface FailureContext {
  /** The call, as the user wrote it. */
  readonly owner: string;
  /** The model in words; see {@link describeModel}. */
  readonly model: string;
  /** The execution provider in use. */
  readonly provider: string;
  /** The inputs and outputs of the model, if it could be loaded. */
  readonly signature?: Signature;
}

/** How a text of ONNX Runtime is told to the user. */
type Explain = (text: string, context: FailureContext) => TunableError;

/** Texts of ONNX Runtime 1.20 to 1.30, and what they mean. The first that matches counts. */
const RULES: readonly (readonly [RegExp, Explain])[] = [
  [
    /bad_alloc|bad allocation|failed to allocate|out of memory|allocation failed|shape is too large|aborted\(OOM/i,
    (text, { owner, model, provider }) =>
      new FrameworkError(
        `${owner}: ${model} ran out of memory on '${provider}': ${text}; use a smaller batch, a smaller variant or another provider`,
      ),
  ],
  [
    /protobuf parsing failed|does not have a graph|model data pointer is null/i,
    (text, { owner, model }) =>
      new InvalidArgumentError(
        `${owner}: ${model} is not an ONNX model: ${text}; a download that was cut off, a Git LFS pointer and a web page saved as .onnx all look like this`,
      ),
  ],
  [
    /file doesn'?t exist|no such file|ENOENT|path is a directory/i,
    (text, { owner, model }) =>
      new InvalidArgumentError(
        `${owner}: ${model} cannot be read: ${text}; give the path of an .onnx file (relative paths count from the current folder), or its bytes`,
      ),
  ],
  [
    /unsupported model ir version|opset \d+ is under development|guarantees support for models/i,
    (text, { owner, model }) =>
      new UnsupportedError(
        `${owner}: ${model} is too new for this ONNX Runtime: ${text}; install a newer one, or export the model for an older opset`,
      ),
  ],
  [
    /no available backend found|backend not found|failed to load shared library|adapter|OrtSessionOptionsAppendExecutionProvider/i,
    (text, { owner, provider }) => {
      const advice = providerAdvice(provider);
      return new UnsupportedError(
        `${owner}: the execution provider '${provider}' cannot be used here: ${text}${advice === undefined ? '' : `; ${advice}`}`,
      );
    },
  ],
  [
    /device does not support|not.?implemented|could not find an implementation|no op registered|not a registered function|fallback to cpu ep has been explicitly disabled|unsupported/i,
    (text, { owner, model, provider }) =>
      new UnsupportedError(
        `${owner}: the execution provider '${provider}' cannot run ${model}: ${text}; use another variant of the model or another provider`,
      ),
  ],
  [
    /got invalid dimensions|invalid rank for input|unexpected input data type|missing in 'feeds'|invalid (?:feed )?input name/i,
    (text, { owner, model, signature }) =>
      new InvalidArgumentError(
        `${owner}: ${model} does not take these inputs: ${text}${signature === undefined ? '' : `; the model expects ${describeValues(signature.inputMetadata)}`}`,
      ),
  ],
];

/**
 * An error of ONNX Runtime as one of ours, which says what was given, what was expected and what to do.
 *
 * @param error what the runtime threw; an error of ours is returned as it is.
 * @param context what was going on.
 */
export function explainFailure(error: unknown, context: FailureContext): TunableError {
  if (TunableError.isInstance(error)) return error;
  const text = failureText(error);
  for (const [pattern, explain] of RULES) if (pattern.test(text)) return explain(text, context);
  const { owner, model, provider } = context;
  return new FrameworkError(`${owner}: ONNX Runtime failed with ${model} on '${provider}': ${text}`, {
    cause: error,
  });
}

/** The text of an error on one line, without the places in ONNX Runtime's own sources. */
export function failureText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error))
    .replaceAll(/\/\S*onnxruntime\S*\.(?:cc|h):\d+ .*?(?:\)|was false\.)\s/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** A model in words, for messages. */
export function describeModel(model: OnnxModel): string {
  return typeof model === 'string' ? `'${model}'` : `the model of ${model.byteLength} bytes`;
}
