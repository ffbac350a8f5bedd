import type { Features } from '@tunable/core';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-common';

import type { OnnxRuntime } from '../runtime.ts';
import { FEATURES } from './prediction-graph.ts';
import { runSession } from './run-session.ts';

/** So many rows go through the network at a time, which bounds the memory it takes. */
const ROWS_AT_A_TIME = 4096;

/** A session of a graph that predicts. */
export interface PredictionSession {
  readonly runtime: OnnxRuntime;
  readonly provider: string;
  readonly session: InferenceSession;
}

/**
 * What a network gives for rows.
 *
 * @param output the name of the output that is wanted.
 * @param width its numbers per row.
 * @param weights further inputs.
 * @returns rows x width.
 */
export async function predictRows(
  { runtime, provider, session }: PredictionSession,
  rows: Features,
  output: string,
  width: number,
  weights: { readonly [name: string]: OnnxValue } = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { features, rowCount, columnCount } = rows;
  const answers = new Float32Array(rowCount * width);
  for (let start = 0; start < rowCount; start += ROWS_AT_A_TIME) {
    const count = Math.min(ROWS_AT_A_TIME, rowCount - start);
    const part = new Float32Array(features.subarray(start * columnCount, (start + count) * columnCount));
    const feeds = { ...weights, [FEATURES]: new runtime.Tensor('float32', part, [count, columnCount]) };
    const results = await runSession(session, feeds, { provider, model: 'the network' }, [output]);
    const result = results[output] as Tensor;
    answers.set(result.data as Float32Array, start * width);
    result.dispose();
  }
  return answers;
}
