import { InvalidArgumentError } from '@tunable/core';

import { checkOptions, show } from './check.ts';

/** Names of `InferenceSession.SessionOptions` in onnxruntime-common 1.30. */
const NAMES: readonly string[] = [
  'executionProviders',
  'intraOpNumThreads',
  'interOpNumThreads',
  'freeDimensionOverrides',
  'graphOptimizationLevel',
  'enableCpuMemArena',
  'enableMemPattern',
  'executionMode',
  'optimizedModelFilePath',
  'enableProfiling',
  'profileFilePrefix',
  'logId',
  'logSeverityLevel',
  'logVerbosityLevel',
  'preferredOutputLocation',
  'enableGraphCapture',
  'extra',
  'externalData',
];

/**
 * The keys that `extra` may hold: those that the library of ONNX Runtime 1.30 knows, which itself ignores any other in
 * silence. Keys under `ep.` belong to the execution providers and are not checked.
 */
const EXTRA_KEYS: readonly string[] = [
  'memory.enable_memory_arena_shrinkage',
  'mlas.disable_kleidiai',
  'mlas.use_lut_gemm',
  'optimization.disable_specified_optimizers',
  'optimization.enable_cast_chain_elimination',
  'optimization.enable_gelu_approximation',
  'optimization.minimal_build_optimizations',
  'session.allow_released_opsets_only',
  'session.collect_node_memory_stats_to_file',
  'session.disable_aot_function_inlining',
  'session.disable_cpu_ep_fallback',
  'session.disable_double_qdq_remover',
  'session.disable_model_compile',
  'session.disable_prepacking',
  'session.disable_qdq_constant_folding',
  'session.disable_quant_qdq',
  'session.dynamic_block_base',
  'session.enable_dq_matmulnbits_fusion',
  'session.enable_quant_qdq_cleanup',
  'session.enable_saved_runtime_optimizations',
  'session.fail_on_suboptimal_compiled_model',
  'session.force_spinning_stop',
  'session.graph_optimizations_loop_level',
  'session.inter_op.allow_spinning',
  'session.inter_op.spin_backoff_max',
  'session.inter_op.spin_duration_us',
  'session.intra_op.allow_spinning',
  'session.intra_op.spin_backoff_max',
  'session.intra_op.spin_duration_us',
  'session.intra_op_thread_affinities',
  'session.load_model_format',
  'session.max_shape_override',
  'session.model_external_initializers_file_folder_path',
  'session.optimized_model_external_initializers_file_name',
  'session.optimized_model_external_initializers_min_size_in_bytes',
  'session.qdq_matmulnbits_accuracy_level',
  'session.qdq_matmulnbits_block_size',
  'session.qdqisint8allowed',
  'session.save_external_prepacked_constant_initializers',
  'session.save_model_format',
  'session.set_denormal_as_zero',
  'session.strict_shape_type_inference',
  'session.use_deterministic_compute',
  'session.use_device_allocator_for_initializers',
  'session.use_env_allocators',
  'session.use_memory_mapped_ort_model',
  'session.use_ort_model_bytes_directly',
  'session.use_ort_model_bytes_for_initializers',
  'session.use_per_session_threads',
  'session.x64quantprecision',
];

/**
 * Checks options of a session by name; `extra` in all its depth, since ONNX Runtime ignores unknown keys there.
 *
 * @param owner the call, for the message.
 * @param excluded names that the call decides itself.
 * @throws {InvalidArgumentError} an unknown or excluded name, a value in `extra` that is no text, number or boolean.
 */
export function checkSessionOptions(owner: string, options: unknown, excluded: readonly string[] = []): void {
  const names = NAMES.filter((name) => !excluded.includes(name));
  checkOptions(`${owner}: sessionOptions`, options, names);
  const { extra } = options as { extra?: unknown };
  if (extra !== undefined) checkExtra(owner, extra);
}

function checkExtra(owner: string, extra: unknown): void {
  for (const [key, value] of flatten(extra, '')) {
    if (!key.startsWith('ep.') && !EXTRA_KEYS.includes(key)) {
      throw new InvalidArgumentError(
        `${owner}: sessionOptions.extra has the unknown key '${key}', which ONNX Runtime would ignore; it knows ${similar(key)}`,
      );
    }
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      throw new InvalidArgumentError(
        `${owner}: sessionOptions.extra '${key}' must be a text such as '1', not ${show(value)}`,
      );
    }
  }
}

/** `{ session: { intra_op: { allow_spinning: '0' } } }` as `session.intra_op.allow_spinning`, `'0'`. */
function* flatten(value: unknown, path: string): Generator<readonly [string, unknown]> {
  if (typeof value !== 'object' || value === null) {
    yield [path, value];
    return;
  }
  for (const [name, member] of Object.entries(value))
    yield* flatten(member, path === '' ? name : `${path}.${name}`);
}

/** The known keys in the same area, or all if the area is unknown too. */
function similar(key: string): string {
  const [area = ''] = key.split('.');
  const near = EXTRA_KEYS.filter((known) => known.startsWith(`${area}.`));
  return (near.length > 0 ? near : EXTRA_KEYS).join(', ');
}
