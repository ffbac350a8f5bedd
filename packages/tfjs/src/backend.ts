import { InvalidArgumentError, UnsupportedError } from '@tunable/core';
import * as tf from '@tensorflow/tfjs';

import { makeWasmFaster, multiplyingFast } from './faster-wasm.ts';
import { guardWasmMemory, retireBrokenWasm } from './wasm-memory.ts';

/** A backend of TensorFlow.js by its name; `'tensorflow'` is tfjs-node and tfjs-node-gpu. */
export type Backend = 'webgpu' | 'tensorflow' | 'webgl' | 'wasm' | 'cpu' | (string & Record<never, never>);

/** The packages that register a backend when they are imported, the better one first. */
const PACKAGES: { readonly [backend: string]: readonly string[] } = {
  webgpu: ['@tensorflow/tfjs-backend-webgpu'],
  tensorflow: ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'],
  wasm: ['@tensorflow/tfjs-backend-wasm'],
};

/** What is tried when nothing was chosen, best first. */
const BEST_FIRST: readonly string[] = ['webgpu', 'tensorflow', 'webgl', 'wasm', 'cpu'];

/**
 * Makes a backend of TensorFlow.js the one that computes, importing its package where it is installed. The backend is
 * a state of TensorFlow.js itself, one for the whole thread; learners set theirs when they train. The WASM backend is made
 * faster for learners and for what `tfjsObjective` runs `seeded`: see `makeWasmFaster`.
 *
 * @param choice a name; or several, of which the first that works is taken; or nothing, for the best there is: the one
 *   that is active already unless that is `'cpu'` (which TensorFlow.js falls into by itself), else WebGPU where
 *   `navigator.gpu` exists, tfjs-node, WebGL in browsers, WASM, and plain JavaScript (`'cpu'`).
 * @returns the name of the backend.
 * @throws {UnsupportedError} none of them works; says why each did not.
 * @example await useBackend('wasm');
 */
export async function useBackend(choice?: Backend | readonly Backend[]): Promise<string> {
  const reasons: string[] = [];
  for (const name of candidates(choice)) {
    const reason = await activate(name);
    if (reason === undefined) return name;
    reasons.push(`${name}: ${reason}`);
  }
  throw new UnsupportedError(`no backend of TensorFlow.js could be used. ${reasons.join('. ')}`);
}

/** Checks the option `backend`. A name that is not one of ours must be registered with TensorFlow.js already. */
export function checkBackend(owner: string, choice: unknown): void {
  const names = Array.isArray(choice) ? (choice as unknown[]) : [choice];
  if (choice === undefined) return;
  if (names.length === 0 || !names.every((name) => typeof name === 'string' && name !== '')) {
    throw new InvalidArgumentError(
      `${owner}: backend must be a name such as 'wasm', or a list of names, not ${JSON.stringify(choice)}`,
    );
  }
  const unknown = (names as string[]).find((name) => !BEST_FIRST.includes(name) && !isRegistered(name));
  if (unknown === undefined) return;
  throw new InvalidArgumentError(
    `${owner}: unknown backend '${unknown}'; known are ${BEST_FIRST.join(', ')}, and those that are registered with TensorFlow.js`,
  );
}

/** The backends to try for a choice, in order. */
function candidates(choice: Backend | readonly Backend[] | undefined): readonly string[] {
  if (typeof choice === 'string') return [choice];
  if (choice !== undefined) return choice;
  const active = tf.engine().backendName as string | undefined;
  const possible = BEST_FIRST.filter((name) => name !== 'webgpu' || hasWebGpu());
  return active === undefined || active === 'cpu' ? possible : [active, ...possible];
}

function hasWebGpu(): boolean {
  return (globalThis.navigator as { readonly gpu?: unknown } | undefined)?.gpu !== undefined;
}

/** Activates a backend; the reason why not, or undefined. */
async function activate(name: string): Promise<string | undefined> {
  const missing = await register(name);
  if (missing !== undefined) return missing;
  try {
    await start(name);
  } catch (error) {
    return `it could not be started: ${(error as Error).message}`;
  }
  if (name === 'wasm') {
    guardWasmMemory();
    makeWasmFaster();
  }
  await tf.setBackend(name);
  return undefined;
}

/** Backends that are being started. */
const starting = new Map<string, Promise<void>>();

/**
 * Starts a backend beside the active one. `tf.setBackend` would start it as well, but until it has, every operation of the
 * thread fails; and when another call of it starts the same backend meanwhile, the first gives up.
 */
function start(name: string): Promise<void> {
  const known = starting.get(name);
  if (known !== undefined) return known;
  const { registry } = tf.engine();
  const create = async (): Promise<void> => {
    registry[name] ??= await tf.findBackendFactory(name)();
  };
  const started = create().finally(() => starting.delete(name));
  starting.set(name, started);
  return started;
}

async function register(name: string): Promise<string | undefined> {
  if (isRegistered(name)) return undefined;
  const reasons: string[] = [];
  for (const library of PACKAGES[name] ?? []) {
    try {
      // Held in a variable, so that bundlers and type checkers do not look for optional packages.
      await import(/* @vite-ignore */ library);
      if (isRegistered(name)) return undefined;
      reasons.push(`${library} is installed, but offers no such backend here`);
    } catch (error) {
      const { message } = error as Error;
      // The words of Node, of bundlers and of browsers.
      const isMissing = /cannot find (package|module)|(could not|failed to) resolve/i.test(message);
      reasons.push(isMissing ? `${library} is not installed` : `importing ${library} failed: ${message}`);
    }
  }
  return reasons.length > 0 ? reasons.join(', ') : 'nothing registers a backend of this name';
}

function isRegistered(name: string): boolean {
  return tf.engine().backendNames().includes(name);
}

/** Starts a backend again that broke since it was active. */
export async function restart(name: string): Promise<void> {
  if (tf.engine().registry[name] === undefined) await useBackend(name);
}

/**
 * Runs a synchronous function with a backend that was active before; another learner may have changed it meanwhile. A WASM
 * backend that breaks by it is taken out of use.
 */
export function onBackend<T>(name: string, run: () => T): T {
  // Of a backend that has started already, setBackend changes everything before it returns its promise.
  if (tf.getBackend() !== name) void tf.setBackend(name);
  try {
    return multiplyingFast(run);
  } catch (error) {
    if (name === 'wasm') retireBrokenWasm(error);
    throw error;
  }
}
