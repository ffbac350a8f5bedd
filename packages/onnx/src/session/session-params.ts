import type { InferenceSession } from 'onnxruntime-common';

/** The settings of a session that are tuned. */
export interface SessionParams {
  /** Which file of the model: a name in the option `model`. */
  readonly variant: string;
  /** The execution provider, `type`, and options of its own (`preferredLayout` for webgpu, `deviceId` for cuda). */
  readonly provider: ProviderParams;
  /** How much ONNX Runtime rewrites the graph before the first run. Its default is 'all'. */
  readonly graphOptimizationLevel: GraphOptimizationLevel;
  /** Whether operators run one after another (the default) or in parallel, and then on how many threads (0: the runtime's choice). */
  readonly execution: ExecutionParams;
  /** On how many threads an operator runs. 0, the default: the runtime's choice, usually one per physical core. */
  readonly intraOpNumThreads: number;
  /** Whether idle threads wait actively for a while (the default), which is fast on free cores and harmful on busy ones. */
  readonly spinning: boolean;
  /** Whether memory of the CPU is kept for the next run (the default). */
  readonly enableCpuMemArena: boolean;
  /** Whether the first run's pattern of memory is allocated in one piece afterwards (the default). */
  readonly enableMemPattern: boolean;
  /** How many samples are run at a time. Default 1. */
  readonly batchSize: number;
}

/** The execution provider of a configuration. */
export interface ProviderParams {
  /** Its name. */
  readonly type: string;
  /** Its own options. */
  readonly [option: string]: unknown;
}

/** How operators follow one another. */
export type ExecutionParams =
  | {
      /** One after another. */
      readonly type: 'sequential';
    }
  | {
      /** Those that do not wait for each other at the same time. */
      readonly type: 'parallel';
      /** On how many threads; 0: the runtime's choice. */
      readonly interOpNumThreads: number;
    };

/** ONNX Runtime's levels of graph optimization, each including those before. */
export type GraphOptimizationLevel = NonNullable<InferenceSession.SessionOptions['graphOptimizationLevel']>;

/** The names of {@link SessionParams}. */
export const SESSION_PARAM_NAMES: readonly (keyof SessionParams)[] = [
  'variant',
  'provider',
  'graphOptimizationLevel',
  'execution',
  'intraOpNumThreads',
  'spinning',
  'enableCpuMemArena',
  'enableMemPattern',
  'batchSize',
];

/** Those that change how fast a model runs and how much memory it takes, but not what it computes. */
const SPEED_ONLY: readonly string[] = [
  'execution',
  'intraOpNumThreads',
  'spinning',
  'enableCpuMemArena',
  'enableMemPattern',
] satisfies (keyof SessionParams)[];

/** A text that is equal for configurations that compute and decide alike. */
export function decisionKey(params: object): string {
  return JSON.stringify(Object.entries(params).filter(([name]) => !SPEED_ONLY.includes(name)));
}

/** A text that is equal for configurations whose models compute alike, whatever is decided from it. */
export function outputsKey({ variant, provider, graphOptimizationLevel }: SessionParams): string {
  return JSON.stringify([variant, provider, graphOptimizationLevel]);
}

/**
 * The options of a session as ONNX Runtime takes them. What equals the runtime's default is left out.
 *
 * @param base options that every session shall have; `extra` is merged.
 */
export function toSessionOptions(
  params: SessionParams,
  base: InferenceSession.SessionOptions = {},
): InferenceSession.SessionOptions {
  const { type, ...providerOptions } = params.provider;
  const hasOptions = Object.keys(providerOptions).length > 0;
  const { execution, intraOpNumThreads, graphOptimizationLevel } = params;
  return {
    ...base,
    executionProviders: [hasOptions ? { name: type, ...providerOptions } : type],
    ...(graphOptimizationLevel === 'all' ? {} : { graphOptimizationLevel }),
    ...(intraOpNumThreads === 0 ? {} : { intraOpNumThreads }),
    ...(execution.type === 'sequential' ? {} : { executionMode: 'parallel' as const }),
    ...(execution.type === 'sequential' || execution.interOpNumThreads === 0
      ? {}
      : { interOpNumThreads: execution.interOpNumThreads }),
    ...(params.enableCpuMemArena ? {} : { enableCpuMemArena: false }),
    ...(params.enableMemPattern ? {} : { enableMemPattern: false }),
    ...(params.spinning ? {} : { extra: withoutSpinning(base.extra) }),
  };
}

function withoutSpinning(extra: Record<string, unknown> = {}): Record<string, unknown> {
  const session = extra['session'] as Record<string, unknown> | undefined;
  const intraOp = session?.['intra_op'] as Record<string, unknown> | undefined;
  return { ...extra, session: { ...session, intra_op: { ...intraOp, allow_spinning: '0' } } };
}
