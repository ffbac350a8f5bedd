import type { OnnxRuntime } from '../runtime.ts';
import { runtimeVersion } from '../runtime.ts';

/** Where times were measured; they mean little anywhere else. */
export interface Machine {
  /** The processor's name, or '' where it cannot be known (browsers). */
  readonly cpu: string;
  /** How many cores this process may use. */
  readonly cores: number;
  /** Gigabytes of memory; 0 if unknown. */
  readonly memoryGb: number;
  /** 'linux 6.1.0 x64', or the browser. */
  readonly system: string;
  /** 'Node 20.20.2', or ''. */
  readonly platform: string;
  /** 'onnxruntime-node 1.30.0'. */
  readonly runtime: string;
  /** How many processes wanted a core, on average over the last minute; -1 if unknown. */
  readonly load: number;
  /** When, as ISO 8601. */
  readonly measuredAt: string;
}

/** What is needed of Node's `process` and `os`, which browsers lack. */
interface NodeProcess {
  readonly version?: string;
  getBuiltinModule?(name: 'node:os'): {
    cpus(): readonly { readonly model: string }[];
    availableParallelism(): number;
    totalmem(): number;
    platform(): string;
    release(): string;
    arch(): string;
    loadavg(): readonly number[];
  };
}

/** Describes the machine that this runs on. */
export function describeMachine(runtime: OnnxRuntime): Machine {
  const { process, navigator } = globalThis as {
    process?: NodeProcess;
    navigator?: { readonly hardwareConcurrency?: number; readonly userAgent?: string };
  };
  const os = process?.getBuiltinModule?.('node:os');
  return {
    cpu: os?.cpus()[0]?.model.trim() ?? '',
    cores: os?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1,
    memoryGb: Math.round((os?.totalmem() ?? 0) / 1e8) / 10,
    system: os === undefined ? (navigator?.userAgent ?? '') : `${os.platform()} ${os.release()} ${os.arch()}`,
    platform: process?.version === undefined ? '' : `Node ${process.version.replace('v', '')}`,
    runtime: runtimeVersion(runtime),
    // Windows knows no load and says 0.
    load: os === undefined || os.platform() === 'win32' ? -1 : Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
    measuredAt: new Date().toISOString(),
  };
}

/** A sentence if others keep the machine busy, so that times are less certain; undefined if not. */
export function busyWarning({ load, cores }: Machine): string | undefined {
  if (load <= cores / 2) return undefined;
  return `the machine was busy when measuring began (load ${load} on ${cores} cores), so differences must be large to be told from noise; measure again when it is idle`;
}
