import { onBackend, useBackend, type Backend } from './backend.ts';
import { explain, explaining } from './errors.ts';

/** Finds, for one learner, the backends that can train its networks. */
export interface BackendChooser {
  /** Starts the preferred backend, for building a network. */
  start(): Promise<string>;
  /**
   * The backend on which networks of this kind can be trained: the preferred one; or, when `probe` shows that it lacks
   * an operation, the next that does not. Probes once per kind, and warns once when it falls back.
   *
   * @param kind names the layers and operations of the network, so that networks of one kind need the same operations.
   * @param probe computes a gradient, and throws when it cannot.
   * @throws what `probe` throws, unless that is an operation missing from the backend.
   */
  forTraining(kind: string, probe: () => void): Promise<string>;
}

/** A chooser for the option `backend`. */
export function backendChooser(
  learner: string,
  choice: Backend | readonly Backend[] | undefined,
): BackendChooser {
  const found = new Map<string, Promise<string>>();
  const warned = new Set<string>();

  async function find(probe: () => void): Promise<string> {
    let backend = await useBackend(choice);
    for (const next of fallbacks(choice)) {
      const missing = missingKernel(backend, probe);
      if (missing === undefined) return backend;
      const fallback = await useBackend(next);
      if (fallback === backend) continue;
      const message = `${learner}: the backend '${backend}' of TensorFlow.js cannot train this network, since it lacks ${missing}; training on '${fallback}' instead`;
      if (!warned.has(message)) console.warn(message);
      warned.add(message);
      backend = fallback;
    }
    explaining('the network cannot be trained', () => onBackend(backend, probe));
    return backend;
  }

  return {
    start: () => useBackend(choice),
    forTraining(kind, probe) {
      const known = found.get(kind);
      if (known !== undefined) return known;
      const finding = find(probe);
      found.set(kind, finding);
      // The next network may have what this one lacked (memory, say).
      finding.catch(() => found.delete(kind));
      return finding;
    },
  };
}

/** What to try, in order, when a backend lacks an operation. Plain JavaScript has all of them. */
function fallbacks(
  choice: Backend | readonly Backend[] | undefined,
): readonly (Backend | readonly Backend[])[] {
  if (choice === undefined) return [['wasm', 'cpu'], 'cpu'];
  if (typeof choice === 'string') return ['cpu'];
  return choice.slice(1).map((_, i) => choice.slice(i + 1));
}

/** The operation that a backend lacks for what `probe` does. */
function missingKernel(backend: string, probe: () => void): string | undefined {
  try {
    onBackend(backend, probe);
    return undefined;
  } catch (error) {
    const found = /Kernel '(\w+)' not registered for backend/.exec((error as Error).message);
    if (found === null) throw explain(error, 'the network cannot be trained');
    return found[1];
  }
}
