/** Measures how long an attempt runs, its pauses left out, and calls a function when that exceeds a limit. */
export class Stopwatch {
  readonly #limitMs: number;
  readonly #onLimit: () => void;
  /** What had passed when it was last started. */
  #elapsedMs = 0;
  #startedAt: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param limitMs infinite for none. It runs from the beginning. */
  constructor(limitMs: number, onLimit: () => void) {
    this.#limitMs = limitMs;
    this.#onLimit = onLimit;
    this.start();
  }

  get elapsedMs(): number {
    return this.#elapsedMs + (this.#startedAt === undefined ? 0 : Date.now() - this.#startedAt);
  }

  start(): void {
    if (this.#startedAt !== undefined) return;
    this.#startedAt = Date.now();
    const left = this.#limitMs - this.#elapsedMs;
    if (left <= MAX_DELAY_MS) this.#timer = setTimeout(this.#onLimit, left);
  }

  stop(): void {
    this.#elapsedMs = this.elapsedMs;
    this.#startedAt = undefined;
    clearTimeout(this.#timer);
  }
}

/** Longer delays would overflow `setTimeout`, which would then fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;
