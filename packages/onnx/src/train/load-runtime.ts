import { UnsupportedError } from '@tunable/core';

import { checkRuntime } from '../check.ts';
import { runtimeKind, type OnnxRuntime } from '../runtime.ts';

/** ONNX Runtime for learners: the module itself, or its name, by which worker threads find it too. */
export type RuntimeLike = OnnxRuntime | 'onnxruntime-node' | 'onnxruntime-web';

/** The runtime that learners use unless told otherwise. */
export const DEFAULT_RUNTIME = 'onnxruntime-node';

/**
 * The module of a runtime.
 *
 * @throws {UnsupportedError} it is not installed; says how to install it.
 */
export async function loadRuntime(owner: string, runtime: RuntimeLike): Promise<OnnxRuntime> {
  if (typeof runtime !== 'string') return runtime;
  try {
    const module = (await import(/* @vite-ignore */ runtime)) as { readonly default?: unknown };
    // Some loaders give a CommonJS module as its default export alone.
    return checkRuntime(owner, 'InferenceSession' in module ? module : module.default);
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
    if (!isMissing || message?.includes(runtime) !== true) throw error;
    throw notInstalled(owner, runtime);
  }
}

/**
 * Finds out without importing it whether a runtime is installed, where Node can tell.
 *
 * @throws {UnsupportedError} it is not; says how to install it.
 */
export function checkInstalled(owner: string, runtime: string): void {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> };
  const modules = process?.getBuiltinModule?.('node:module');
  if (modules === undefined || !import.meta.url.startsWith('file:')) return;
  try {
    modules.createRequire(import.meta.url).resolve(runtime);
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'MODULE_NOT_FOUND') throw notInstalled(owner, runtime);
  }
}

function notInstalled(owner: string, runtime: string): UnsupportedError {
  return new UnsupportedError(`${owner}: ${runtime} is not installed; run: npm install ${runtime}`);
}

/** The name by which another thread can import the runtime; undefined if it may have been configured here. */
export function runtimeName(runtime: RuntimeLike): string | undefined {
  if (typeof runtime === 'string') return runtime;
  return runtimeKind(runtime) === 'node' ? 'onnxruntime-node' : undefined;
}
