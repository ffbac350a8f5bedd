import type { OnnxRuntime } from '../runtime.ts';
import { runtimeKind } from '../runtime.ts';

/** What is known of an execution provider before trying it. */
interface KnownProvider {
  /** What it computes on. */
  readonly device: string;
  /** Which runtimes may have it. */
  readonly runtimes: readonly ('node' | 'web')[];
  /** What to do when it cannot be used. */
  readonly advice: string;
}

const CUDA_LIBRARIES =
  'install the CUDA 12 toolkit and cuDNN 9, and reinstall onnxruntime-node with ONNXRUNTIME_NODE_INSTALL=cuda12, which downloads the libraries that the package lacks (Linux x64 only)';

/** Execution providers that a JavaScript build of ONNX Runtime may have. */
const KNOWN: { readonly [name: string]: KnownProvider } = {
  cpu: {
    device: 'CPU',
    runtimes: ['node', 'web'],
    advice: 'reinstall the runtime: this one should always work',
  },
  wasm: {
    device: 'CPU, in WebAssembly',
    runtimes: ['web'],
    advice: 'make the .wasm files of onnxruntime-web available (env.wasm.wasmPaths)',
  },
  webgpu: {
    device: 'GPU, through WebGPU',
    runtimes: ['node', 'web'],
    advice:
      'it needs a GPU driver: on Linux a Vulkan loader and driver (Debian: libvulkan1 and mesa-vulkan-drivers), in browsers navigator.gpu',
  },
  cuda: { device: 'NVIDIA GPU', runtimes: ['node'], advice: CUDA_LIBRARIES },
  tensorrt: { device: 'NVIDIA GPU', runtimes: ['node'], advice: 'install TensorRT 10, and what cuda needs' },
  dml: {
    device: 'GPU, through DirectML',
    runtimes: ['node'],
    advice: 'use Windows with a DirectX 12 driver',
  },
  coreml: { device: 'Apple GPU or Neural Engine', runtimes: ['node'], advice: 'use macOS' },
  qnn: { device: 'Qualcomm NPU', runtimes: ['node'], advice: 'use Windows or Linux on a Qualcomm chip' },
  webnn: {
    device: 'GPU or NPU, through WebNN',
    runtimes: ['web'],
    advice: 'use a browser that has navigator.ml',
  },
  webgl: {
    device: 'GPU, through WebGL',
    runtimes: ['web'],
    advice: "import 'onnxruntime-web/webgl' in a browser",
  },
};

/** What a provider computes on, in words; '' for one that is not known. */
export function providerDevice(name: string): string {
  return Object.hasOwn(KNOWN, name) ? (KNOWN[name] as KnownProvider).device : '';
}

/** What to do when a provider cannot be used. */
export function providerAdvice(name: string): string | undefined {
  return Object.hasOwn(KNOWN, name) ? (KNOWN[name] as KnownProvider).advice : undefined;
}

/** Names of the providers that a runtime of this kind may have. */
export function knownProviders(kind: 'node' | 'web'): readonly string[] {
  return Object.keys(KNOWN).filter((name) => (KNOWN[name] as KnownProvider).runtimes.includes(kind));
}

/** Providers that this runtime lists, then those known for its kind; the one that always works first. */
export function candidateProviders(runtime: OnnxRuntime): readonly string[] {
  const kind = runtimeKind(runtime);
  const known = knownProviders(kind);
  const listed = runtime.listSupportedBackends?.().map(({ name }) => name) ?? [];
  // In onnxruntime-web 'cpu' is another name of 'wasm'.
  const names = kind === 'web' ? known.filter((name) => name !== 'cpu') : known;
  return [...new Set([...names.slice(0, 1), ...listed, ...names])];
}

/** The provider that a runtime uses when none is named: `cpu` in onnxruntime-node, `wasm` in onnxruntime-web. */
export function defaultProvider(runtime: OnnxRuntime): 'cpu' | 'wasm' {
  return runtimeKind(runtime) === 'node' ? 'cpu' : 'wasm';
}
