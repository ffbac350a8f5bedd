import { FrameworkError, UnsupportedError } from '@tunable/core';
import type { InferenceSession } from 'onnxruntime-common';

import { explainFailure, type FailureContext } from '../explain-failure.ts';
import type { Feeds, OnnxModel, OnnxRuntime } from '../runtime.ts';
import { runtimeKind } from '../runtime.ts';

/** What the other process does. */
export interface MemoryJob {
  /** The model. */
  readonly model: OnnxModel;
  /** The options of its session. */
  readonly options: InferenceSession.SessionOptions;
  /** What is run, one after another. */
  readonly feeds: readonly Feeds[];
  /** How many runs. */
  readonly runs: number;
  /** Ends the process early. */
  readonly signal: AbortSignal;
}

/** What is used of Node's modules; imported by name only where there is a Node. */
interface NodeModules {
  'node:module': { createRequire(from: string | URL): { resolve(name: string): string } };
  'node:v8': { serialize(value: unknown): Uint8Array };
  'node:child_process': {
    spawn(
      file: string,
      args: readonly string[],
      options: { signal: AbortSignal; windowsHide: boolean },
    ): ChildProcess;
  };
}

interface ChildProcess {
  readonly stdin: { on(event: 'error', listener: () => void): unknown; end(data: Uint8Array): unknown };
  readonly stdout: { on(event: 'data', listener: (data: Uint8Array) => void): unknown };
  readonly stderr: { resume(): unknown };
  on(event: 'close' | 'error', listener: (result: unknown) => void): unknown;
}

interface NodeProcess {
  readonly execPath: string;
  cwd(): string;
  getBuiltinModule<K extends keyof NodeModules>(name: K): NodeModules[K];
}

/** Reads a job from standard input, and prints the growth of its resident memory in bytes, or why there is none. */
const PROGRAM = `
const { deserialize } = require('node:v8');
const chunks = [];
process.stdin.on('data', (chunk) => chunks.push(chunk)).on('end', async () => {
  try {
    const { runtime, model, options, feeds, runs } = deserialize(Buffer.concat(chunks));
    const ort = require(runtime);
    const tensors = feeds.map((inputs) =>
      Object.fromEntries(inputs.map(([name, type, data, dims]) => [name, new ort.Tensor(type, data, dims)])));
    gc();
    const before = process.memoryUsage.rss();
    const session = await ort.InferenceSession.create(model, options);
    for (let i = 0; i < runs; i++) await session.run(tensors[i % tensors.length]);
    gc();
    console.log(JSON.stringify({ bytes: process.memoryUsage.rss() - before }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error?.message ?? error) }));
  }
});
`;

/** Whether {@link processMemory} can measure: it needs Node and `onnxruntime-node`. */
export function canMeasureMemory(runtime: OnnxRuntime): boolean {
  const { process } = globalThis as { process?: Partial<NodeProcess> };
  return runtimeKind(runtime) === 'node' && typeof process?.getBuiltinModule === 'function';
}

/**
 * By how many megabytes a new process grows (its resident memory) when it creates a session and runs it. In this process it could not
 * be told: it reuses memory of the sessions before.
 *
 * @throws {UnsupportedError} `onnxruntime-node` cannot be found from here. @throws {FrameworkError} the process died.
 */
export async function processMemory(job: MemoryJob, context: FailureContext): Promise<number> {
  const { process } = globalThis as unknown as { process: NodeProcess };
  const { model, options, runs, signal } = job;
  const message = process.getBuiltinModule('node:v8').serialize({
    runtime: runtimePath(process, context.owner),
    model,
    options,
    runs,
    feeds: job.feeds.map((feeds) =>
      Object.entries(feeds).map(([name, value]) => {
        const { type, data, dims } = value;
        return [name, type, data, dims];
      }),
    ),
  });
  const processes = process.getBuiltinModule('node:child_process');
  const child = processes.spawn(process.execPath, ['--expose-gc', '-e', PROGRAM], {
    signal,
    windowsHide: true,
  });
  const output = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.on('error', reject);
    child.on('close', () => resolve(text));
    child.stdout.on('data', (data) => (text += new TextDecoder().decode(data)));
    child.stderr.resume();
    // A process that dies early closes its input; that it died is told by what it does not answer.
    child.stdin.on('error', () => {});
    child.stdin.end(message);
  });
  const answer = parse(output);
  if (answer.error !== undefined) throw explainFailure(new Error(answer.error), context);
  if (answer.bytes !== undefined) return Math.max(0, answer.bytes) / 1e6;
  throw new FrameworkError(
    `${context.owner}: the process that was to measure the memory of ${context.model} on '${context.provider}' died; perhaps it ran out of memory`,
  );
}

function parse(output: string): { readonly bytes?: number; readonly error?: string } {
  try {
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as { bytes?: number; error?: string };
  } catch {
    return {};
  }
}

/** Where onnxruntime-node is, as seen from this package or from the current folder. */
function runtimePath(process: NodeProcess, owner: string): string {
  const modules = process.getBuiltinModule('node:module');
  for (const from of [`${process.cwd()}/`, import.meta.url]) {
    try {
      return modules.createRequire(from).resolve('onnxruntime-node');
    } catch {
      // Not from there.
    }
  }
  throw new UnsupportedError(
    `${owner}: memory is measured in a process of its own, which cannot find onnxruntime-node from the current folder ${process.cwd()}; run the program where it is installed`,
  );
}
