import type { InferenceSession } from 'onnxruntime-common';

import { explainFailure } from '../explain-failure.ts';
import type { Feeds, Outputs } from '../runtime.ts';

/**
 * Runs a session; what ONNX Runtime throws is explained.
 *
 * @param context the model in words, and the execution provider.
 * @param outputs the names of those that are wanted. Default: all.
 * @throws {FrameworkError} out of memory, or any other failure.
 */
export async function runSession(
  session: InferenceSession,
  feeds: Feeds,
  context: { readonly model: string; readonly provider: string },
  outputs?: readonly string[],
): Promise<Outputs> {
  try {
    return await (outputs === undefined ? session.run(feeds) : session.run(feeds, outputs));
  } catch (error) {
    throw explainFailure(error, { owner: 'ONNX network', ...context });
  }
}
