import * as tf from '@tensorflow/tfjs';

const MALLOC = '_malloc';
const FREE = '_free';

/** The parts of the WASM backend of TensorFlow.js 4.22 that hold and free memory. */
interface WasmModule {
  [MALLOC]?: (this: void, bytes: number) => number;
  [FREE]?: (this: void, address: number) => void;
  readonly tfjs?: { disposeData?: (this: void, id: number) => void };
}

/** What marks a guarded instance, also across two copies of this package. */
const GUARDED = Symbol.for('tunable.tfjs.malloc');

/** Addresses are numbers of 32 bits, so that more bytes than this at a time wrap around. */
const ADDRESS_SPACE = 2 ** 32;

/**
 * Has the WASM backend fail cleanly when its memory is full. TensorFlow.js 4.22 does not look whether it got the memory that it
 * asked for, and writes to address 0 when it did not, which breaks the instance for all that follows. Here the request
 * throws a `RangeError`, and the instance stays whole. Once per instance.
 */
export function guardWasmMemory(): void {
  const wasm = instance();
  if (wasm === undefined || wasm[MALLOC] === undefined || GUARDED in wasm) return;
  // The first call replaces the function by the real one.
  wasm[FREE]?.(wasm[MALLOC](1));
  const allocate = wasm[MALLOC];
  wasm[MALLOC] = (bytes) => {
    const address = bytes < ADDRESS_SPACE ? allocate(bytes) : 0;
    if (address === 0 && bytes > 0) {
      throw new RangeError(`out of memory: the WASM backend could not get ${bytes} bytes more`);
    }
    return address;
  };
  Object.assign(wasm, { [GUARDED]: true });
}

/**
 * Takes the WASM backend out of use when an error says that its instance broke (a trap inside of it, as when code of its own
 * runs out of memory), so that the next `useBackend` starts another. Tensors of the broken one can still be read, moved to
 * the next, and disposed of.
 */
export function retireBrokenWasm(error: unknown): void {
  // The name of WebAssembly.RuntimeError, which traps are thrown as.
  if (!(error instanceof Error) || error.name !== 'RuntimeError') return;
  const wasm = instance();
  if (wasm === undefined) return;
  wasm[FREE] = () => {};
  if (wasm.tfjs !== undefined) wasm.tfjs.disposeData = () => {};
  delete tf.engine().registry['wasm'];
}

function instance(): WasmModule | undefined {
  const backend = tf.engine().registry['wasm'] as { readonly wasm?: WasmModule } | undefined;
  return backend?.wasm;
}
