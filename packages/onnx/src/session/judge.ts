import { InvalidResultError } from '@tunable/core';

import { show } from '../check.ts';
import type { Outputs } from '../runtime.ts';
import type { CheckedOptions, EvaluationContext, Quality } from './onnx-session-options.ts';
import { decisionKey, outputsKey, type SessionParams } from './session-params.ts';
import type { TrialSession } from './trial-session.ts';

/** Judges configurations with the user's `evaluate`, each way of computing and deciding once. */
export interface Judge {
  /** The quality, or undefined without `evaluate`. */
  judge(params: SessionParams, session: TrialSession, signal: AbortSignal): Promise<Quality | undefined>;
}

/** Makes a {@link Judge}. */
export function createJudge({ evaluate, data }: CheckedOptions): Judge {
  const outputsOf = new Map<string, readonly Outputs[]>();
  const qualities = new Map<string, Quality>();
  const compute = async (
    params: SessionParams,
    session: TrialSession,
    signal: AbortSignal,
  ): Promise<readonly Outputs[]> => {
    const key = outputsKey(params);
    const known = outputsOf.get(key);
    if (known !== undefined) return known;
    const outputs: Outputs[] = [];
    for (const feeds of session.prepare(data, 1)) {
      signal.throwIfAborted();
      outputs.push(await session.runOn(feeds));
    }
    outputsOf.set(key, outputs);
    return outputs;
  };
  return {
    async judge(params, session, signal) {
      if (evaluate === undefined) return undefined;
      const key = decisionKey(params);
      const known = qualities.get(key);
      if (known !== undefined) return known;
      const outputs = await compute(params, session, signal);
      const context: EvaluationContext = { run: (feeds) => session.runOn(feeds), outputs, signal };
      const quality = checkQuality(await evaluate(params, context));
      qualities.set(key, quality);
      return quality;
    },
  };
}

function checkQuality(result: unknown): Quality {
  const quality =
    typeof result === 'number' ? { value: result } : (result as Partial<Quality> | null | undefined);
  if (typeof quality?.value === 'number' && !Number.isNaN(quality.value)) return quality as Quality;
  throw new InvalidResultError(
    `onnxSession: evaluate returned ${show(result)}; expected a number, or { value, metrics }`,
  );
}
