import type { OnnxRuntime } from '../runtime.ts';

/** What is used of Node's `fs`. */
interface FileSystem {
  readFileSync(path: string, encoding: 'utf8'): string;
  existsSync(path: string): boolean;
}

/** Libraries that onnxruntime-node for Linux loads for a provider, and does not bring along. */
const LIBRARIES: { readonly [provider: string]: string } = {
  cuda: 'libonnxruntime_providers_cuda.so',
  tensorrt: 'libonnxruntime_providers_tensorrt.so',
};

/**
 * Looks whether a provider's library lies beside that of the runtime. Trying the provider would tell as well, but ONNX Runtime then
 * prints errors on standard error.
 *
 * @returns the path at which it is missing; undefined if it is there, or if this cannot be told (elsewhere than on Linux).
 */
export function missingLibrary(runtime: OnnxRuntime, provider: string): string | undefined {
  const library = Object.hasOwn(LIBRARIES, provider) ? LIBRARIES[provider] : undefined;
  const backend = runtime.listSupportedBackends?.().find(({ name }) => name === provider);
  const { process } = globalThis as {
    process?: { readonly platform: string; getBuiltinModule?(name: string): unknown };
  };
  if (library === undefined || backend?.bundled !== false || process?.platform !== 'linux') return undefined;
  const files = process.getBuiltinModule?.('node:fs') as FileSystem | undefined;
  const folder = files === undefined ? undefined : runtimeFolder(files);
  if (files === undefined || folder === undefined || files.existsSync(`${folder}/${library}`))
    return undefined;
  return `${folder}/${library}`;
}

/** The folder from which this process has loaded ONNX Runtime. */
function runtimeFolder(files: FileSystem): string | undefined {
  try {
    return /(\/\S*)\/libonnxruntime\.so/.exec(files.readFileSync('/proc/self/maps', 'utf8'))?.[1];
  } catch {
    // Without /proc, the provider is tried.
    return undefined;
  }
}
