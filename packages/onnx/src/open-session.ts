import { UnsupportedError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkOptions, checkRuntime } from './check.ts';
import { checkSessionOptions } from './check-session-options.ts';
import { describeModel, explainFailure } from './explain-failure.ts';
import { checkProviderNames } from './providers/check-provider.ts';
import { defaultProvider } from './providers/known-providers.ts';
import type { OnnxModel, OnnxRuntime } from './runtime.ts';

/** Options of {@link openSession}. */
export interface OpenSessionOptions {
  /** The module `onnxruntime-node` or `onnxruntime-web`. */
  runtime: OnnxRuntime;
  /** The model. */
  model: OnnxModel;
  /**
   * Which execution providers to try, in order: the first that can load the model is used. Default: the runtime's own,
   * `['cpu']` or `['wasm']`.
   */
  providers?: readonly string[];
  /** Anything else for the session; its `executionProviders` must not be given. */
  sessionOptions?: InferenceSession.SessionOptions;
}

/** An execution provider that was tried in vain. */
export interface ProviderFailure {
  /** Its name. */
  readonly provider: string;
  /** Why it could not be used, and what to do. */
  readonly reason: string;
}

/** A session, and how it came about. */
export interface OpenedSession {
  /** The session. Release it when done. */
  readonly session: InferenceSession;
  /** The provider that it was created on. Operators that this one lacks run on the CPU nevertheless. */
  readonly provider: string;
  /** The providers that were tried before and failed, with the reason. */
  readonly fellBackFrom: readonly ProviderFailure[];
}

/**
 * Creates a session on the first execution provider that can. ONNX Runtime itself does not fall back: given `['cuda', 'cpu']` on
 * a machine without CUDA it fails.
 *
 * @throws {InvalidArgumentError} a model that is none or is missing, an unknown provider or option.
 * @throws {UnsupportedError} when none of the providers can; says why for each.
 * @example const { session, provider } = await openSession({ runtime: ort, model: 'a.onnx', providers: ['cuda', 'webgpu', 'cpu'] });
 */
export function openSession(options: OpenSessionOptions): Promise<OpenedSession> {
  return openSessionFor('openSession', options);
}

/** The same for another function, whose name is in its messages. */
export async function openSessionFor(owner: string, options: OpenSessionOptions): Promise<OpenedSession> {
  checkOptions(owner, options, ['runtime', 'model', 'providers', 'sessionOptions']);
  const { runtime, model, sessionOptions = {} } = options;
  checkRuntime(owner, runtime);
  const { providers = [defaultProvider(runtime)] } = options;
  checkProviderNames(owner, runtime, providers);
  checkSessionOptions(owner, sessionOptions, ['executionProviders']);
  const fellBackFrom: ProviderFailure[] = [];
  for (const provider of providers) {
    try {
      const session = await createSession(owner, runtime, model, provider, sessionOptions);
      return { session, provider, fellBackFrom };
    } catch (error) {
      if (!(error instanceof UnsupportedError)) throw error;
      fellBackFrom.push({ provider, reason: error.message });
    }
  }
  throw new UnsupportedError(
    `${owner}: no execution provider can run ${describeModel(model)}: ${fellBackFrom.map(({ reason }) => reason).join(' | ')}`,
  );
}

/** Creates a session on one provider; what ONNX Runtime throws is explained. */
export async function createSession(
  owner: string,
  runtime: OnnxRuntime,
  model: OnnxModel,
  provider: string,
  sessionOptions: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  const options = { executionProviders: [provider], logSeverityLevel: 3 as const, ...sessionOptions };
  try {
    return await (typeof model === 'string'
      ? runtime.InferenceSession.create(model, options)
      : runtime.InferenceSession.create(model, options));
  } catch (error) {
    throw explainFailure(error, { owner, model: describeModel(model), provider });
  }
}
