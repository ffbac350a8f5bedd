import type { Env, InferenceSession, InferenceSessionFactory, TensorConstructor } from 'onnxruntime-common';

/**
 * ONNX Runtime as the user brings it: the module `onnxruntime-node` or `onnxruntime-web`.
 *
 * @example import * as ort from 'onnxruntime-node';
 */
export interface OnnxRuntime {
  /** Creates sessions. */
  readonly InferenceSession: InferenceSessionFactory;
  /** Creates tensors. */
  readonly Tensor: TensorConstructor;
  /** Global settings, and the versions. */
  readonly env: Env;
  /** The execution providers that were compiled in; onnxruntime-node alone has it. */
  readonly listSupportedBackends?: () => readonly ListedBackend[];
}

/** An execution provider that onnxruntime-node was compiled with. */
export interface ListedBackend {
  /** Its name, as `executionProviders` takes it. */
  readonly name: string;
  /** Whether its libraries are part of the package; if not, they may still be missing. */
  readonly bundled: boolean;
}

/** A model: the path or URL of a file, or its bytes. */
export type OnnxModel = string | Uint8Array;

/** Inputs by name. */
export type Feeds = InferenceSession.FeedsType;

/** Outputs by name. */
export type Outputs = InferenceSession.ReturnType;

/** Which of the two runtimes it is: `onnxruntime-node` (native) or `onnxruntime-web` (WebAssembly, and GPUs in browsers). */
export function runtimeKind(runtime: OnnxRuntime): 'node' | 'web' {
  return runtime.listSupportedBackends === undefined ? 'web' : 'node';
}

/** `onnxruntime-node 1.30.0`. */
export function runtimeVersion(runtime: OnnxRuntime): string {
  const kind = runtimeKind(runtime);
  return `onnxruntime-${kind} ${runtime.env.versions[kind] ?? runtime.env.versions.common}`;
}
