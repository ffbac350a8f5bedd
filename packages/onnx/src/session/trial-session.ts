import { InvalidParameterError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { describeModel, explainFailure } from '../explain-failure.ts';
import { checkFeeds } from '../model-signature.ts';
import { createSession } from '../open-session.ts';
import type { Feeds, OnnxModel, Outputs } from '../runtime.ts';
import { batchFeeds } from './batch-feeds.ts';
import type { CheckedOptions, Inputs } from './onnx-session-options.ts';
import { toSessionOptions, type SessionParams } from './session-params.ts';
import type { Subject } from './time-rounds.ts';

/** More threads than this crash the process rather than failing a session. */
const MAX_THREADS = 1024;

/** A session as a configuration asks for it. */
export interface TrialSession extends Subject {
  /** The batches that are run in turn. */
  readonly feeds: readonly Feeds[];
  /** Milliseconds that creating the session took. */
  readonly loadMs: number;
  /** Milliseconds of the first run. */
  readonly firstRunMs: number;
  /** Runs given inputs, which are checked. */
  runOn(feeds: Feeds): Promise<Outputs>;
  /** The inputs of an option for this session, with the batch size of the configuration or another. */
  prepare(inputs: Inputs, batchSize?: number): readonly Feeds[];
  /** Releases the session. */
  release(): Promise<void>;
}

/**
 * Creates a session, checks the inputs against it and warms it up. When that fails, the session is released.
 *
 * @throws {InvalidArgumentError} inputs that the model does not take. @throws {UnsupportedError} a provider that cannot run it.
 * @throws {FrameworkError} whatever else fails in ONNX Runtime.
 */
export async function openTrialSession(
  owner: string,
  options: CheckedOptions,
  params: SessionParams,
): Promise<TrialSession> {
  const { runtime, models, sessionOptions, warmup } = options;
  const { variant, provider, batchSize } = params;
  checkCounts(params);
  const model = models[variant] as OnnxModel;
  const start = performance.now();
  const session = await createSession(
    owner,
    runtime,
    model,
    provider.type,
    toSessionOptions(params, sessionOptions),
  );
  const loadMs = performance.now() - start;
  const context = { owner, model: describeModel(model), provider: provider.type, signature: session };
  const run = async (feeds: Feeds): Promise<Outputs> => {
    try {
      return await session.run(feeds);
    } catch (error) {
      throw explainFailure(error, context);
    }
  };
  const prepare = (inputs: Inputs, size: number = batchSize): readonly Feeds[] => {
    const given =
      typeof inputs === 'function'
        ? inputs({ batchSize: size, variant, signature: session })
        : checked(owner, inputs, session, size, options);
    for (const [i, one] of given.entries()) checkFeeds(`${owner}: inputs[${i}]`, one, session);
    return given;
  };
  try {
    const feeds = prepare(options.inputs);
    const firstStart = performance.now();
    await run(feeds[0] as Feeds);
    const firstRunMs = performance.now() - firstStart;
    for (let i = 1; i < Math.max(warmup, feeds.length); i++) await run(feeds[i % feeds.length] as Feeds);
    return {
      samples: batchSize,
      feeds,
      loadMs,
      firstRunMs,
      run: (turn) => run(feeds[turn % feeds.length] as Feeds),
      runOn: (given) => {
        checkFeeds(`${owner}: run`, given, session);
        return run(given);
      },
      prepare,
      release: () => session.release(),
    };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** Samples are checked one by one before they are joined, so that a message speaks of what the user gave. */
function checked(
  owner: string,
  samples: readonly Feeds[],
  session: InferenceSession,
  batchSize: number,
  { runtime }: CheckedOptions,
): readonly Feeds[] {
  for (const [i, one] of samples.entries()) checkFeeds(`${owner}: inputs[${i}]`, one, session);
  return batchFeeds(runtime, samples, batchSize, session);
}

function checkCounts({ batchSize, intraOpNumThreads, execution }: SessionParams): void {
  const counts = {
    batchSize: [batchSize, 1, Infinity],
    intraOpNumThreads: [intraOpNumThreads, 0, MAX_THREADS],
    interOpNumThreads: [execution.type === 'parallel' ? execution.interOpNumThreads : 0, 0, MAX_THREADS],
  } as const;
  for (const [name, [value, min, max]] of Object.entries(counts)) {
    if (Number.isInteger(value) && value >= min && value <= max) continue;
    throw new InvalidParameterError(
      `onnxSession: ${name} must be a whole number from ${min} to ${max}, not ${value}`,
    );
  }
}
