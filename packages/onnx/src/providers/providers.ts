import { UnsupportedError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { checkOptions, checkRuntime } from '../check.ts';
import { describeModel, explainFailure, failureText } from '../explain-failure.ts';
import { createSession } from '../open-session.ts';
import type { OnnxModel, OnnxRuntime } from '../runtime.ts';
import { runtimeVersion } from '../runtime.ts';
import { checkProviderNames } from './check-provider.ts';
import { candidateProviders, defaultProvider, providerAdvice, providerDevice } from './known-providers.ts';
import { missingLibrary } from './missing-library.ts';
import { PROBE_INPUT, PROBE_OUTPUT, probeModel } from './probe-model.ts';

/** What trying an execution provider has shown. */
export interface ProviderStatus {
  /** As `executionProviders` takes it: 'cpu', 'webgpu', ... */
  readonly name: string;
  /** What it computes on, in words. */
  readonly device: string;
  /** Whether the runtime says that it was compiled in; undefined for onnxruntime-web, which does not say. */
  readonly isListed: boolean | undefined;
  /** Whether a session could be created, and computed rightly. */
  readonly isUsable: boolean;
  /**
   * Whether it computes the whole model, rather than leaving some operators to the CPU. Undefined if no model was given, or if it
   * is the CPU itself.
   */
  readonly isComplete: boolean | undefined;
  /** Why it cannot be used; undefined if it can. */
  readonly reason: string | undefined;
  /** What to do about it, or undefined. */
  readonly advice: string | undefined;
  /** Milliseconds from creating a session of the probe model to its first result; undefined if there was none. */
  readonly startMs: number | undefined;
}

/** What {@link providers} has found; `console.log` and `String` show it as a table. */
export interface ProviderTable {
  /** The runtime: 'onnxruntime-node 1.30.0'. */
  readonly runtime: string;
  /** One row per provider; the default one first. */
  readonly rows: readonly ProviderStatus[];
  /** The names of those that can be used. */
  readonly usable: readonly string[];
  /** The table as text. */
  toString(): string;
}

/** Options of {@link providers}. */
export interface ProvidersOptions {
  /** A model that they must be able to load as well. */
  model?: OnnxModel;
  /** Which to try. Default: all that the runtime lists or that are known for it. */
  names?: readonly string[];
}

/**
 * Tries the execution providers of a runtime, each by creating a session, running it and comparing the result: that one is
 * listed does not mean that it can be used. Where there is no GPU, WebGPU prints lines of its own on standard error.
 *
 * @throws {InvalidArgumentError} something that is no runtime, a name that nobody knows, a `model` that is no model.
 * @example console.log(await providers(ort));
 */
export function providers(runtime: OnnxRuntime, options: ProvidersOptions = {}): Promise<ProviderTable> {
  return providersFor('providers', runtime, options);
}

/** The same for another function, whose name is in its messages. */
export async function providersFor(
  owner: string,
  runtime: OnnxRuntime,
  options: ProvidersOptions,
): Promise<ProviderTable> {
  checkRuntime(owner, runtime);
  checkOptions(owner, options, ['model', 'names']);
  const { model, names = candidateProviders(runtime) } = options;
  checkProviderNames(owner, runtime, names);
  if (model !== undefined) await checkModel(owner, runtime, model);
  const rows: ProviderStatus[] = [];
  for (const name of names) rows.push(await tryProvider(runtime, name, model));
  return providerTable(runtimeVersion(runtime), rows);
}

/** Makes a table of rows. */
export function providerTable(runtime: string, rows: readonly ProviderStatus[]): ProviderTable {
  const toString = (): string => [`execution providers of ${runtime}`, ...rows.map(rowText)].join('\n');
  const table = {
    runtime,
    rows,
    usable: rows.filter((row) => row.isUsable).map(({ name }) => name),
    toString,
  };
  Object.defineProperty(table, Symbol.for('nodejs.util.inspect.custom'), { value: toString });
  return table;
}

function rowText({
  name,
  device,
  isListed,
  isUsable,
  isComplete,
  reason,
  advice,
  startMs,
}: ProviderStatus): string {
  const found = isUsable
    ? `usable, starts in ${(startMs ?? 0).toFixed(0)} ms${isComplete === false ? '; leaves some operators to the CPU' : ''}`
    : `not usable: ${reason}${advice === undefined ? '' : `; ${advice}`}`;
  const listed = isListed === true ? 'listed' : isListed === false ? 'not listed' : '';
  return `  ${name.padEnd(9)} ${device.padEnd(26)} ${listed.padEnd(10)} ${found}`;
}

/** A model that not even the default provider loads is the caller's mistake, not the providers'. */
async function checkModel(owner: string, runtime: OnnxRuntime, model: OnnxModel): Promise<void> {
  try {
    const session = await createSession(owner, runtime, model, defaultProvider(runtime));
    await session.release();
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error;
  }
}

async function tryProvider(
  runtime: OnnxRuntime,
  name: string,
  model: OnnxModel | undefined,
): Promise<ProviderStatus> {
  const isListed = runtime.listSupportedBackends?.().some((backend) => backend.name === name);
  const status = { name, device: providerDevice(name), isListed };
  const missing = missingLibrary(runtime, name);
  try {
    if (missing !== undefined) throw new Error(`there is no ${missing}`);
    const startMs = await probe(runtime, name);
    const isComplete = model === undefined ? undefined : await loads(runtime, name, model);
    return { ...status, isUsable: true, isComplete, reason: undefined, advice: undefined, startMs };
  } catch (error) {
    return {
      ...status,
      isUsable: false,
      isComplete: undefined,
      reason: isListed === false ? 'not part of this build of ONNX Runtime' : failureText(error),
      advice: providerAdvice(name),
      startMs: undefined,
    };
  }
}

/** Milliseconds to the first right result; throws when there is none. */
async function probe(runtime: OnnxRuntime, name: string): Promise<number> {
  const start = performance.now();
  const session = await runtime.InferenceSession.create(probeModel(), {
    ...QUIET,
    executionProviders: [name],
  });
  try {
    const x = new runtime.Tensor('float32', Float32Array.from(PROBE_INPUT), [1, PROBE_INPUT.length]);
    const result = (await session.run({ x }))['y']?.data as Float32Array | undefined;
    const isRight = PROBE_OUTPUT.every((value, i) => Math.abs(value - (result?.[i] ?? Number.NaN)) < 1e-2);
    if (!isRight) {
      throw new Error(`it computes wrongly: [${result?.join(', ')}] instead of [${PROBE_OUTPUT.join(', ')}]`);
    }
    return performance.now() - start;
  } finally {
    await session.release();
  }
}

/** Whether the provider computes all of the model; throws when it cannot load it. */
async function loads(runtime: OnnxRuntime, name: string, model: OnnxModel): Promise<boolean | undefined> {
  if (name === defaultProvider(runtime) || name === 'cpu') return undefined;
  const options = { ...QUIET, executionProviders: [name] };
  try {
    const noHelp = { session: { disable_cpu_ep_fallback: '1' } };
    await (await load(runtime, model, { ...options, extra: noHelp })).release();
    return true;
  } catch {
    try {
      await (await load(runtime, model, options)).release();
      return false;
    } catch (error) {
      const context = { owner: 'providers', model: describeModel(model), provider: name };
      throw explainFailure(error, context);
    }
  }
}

function load(
  runtime: OnnxRuntime,
  model: OnnxModel,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  return typeof model === 'string'
    ? runtime.InferenceSession.create(model, options)
    : runtime.InferenceSession.create(model, options);
}

/** ONNX Runtime shall not print what is told in the table. */
const QUIET: InferenceSession.SessionOptions = { logSeverityLevel: 4 };
