/** What a worker of the storage benchmark is to do. */
export interface Plan {
  /** `run`: ask and tell `trials` trials. `open`: open a study of `trials` trials, and have all of them at hand. */
  readonly work: 'run' | 'open';
  /** `sqlite:///PATH` or `postgres://...`; for Python, a URL of SQLAlchemy's; `memory:` for a study of its own in memory. */
  readonly url: string;
  readonly study: string;
  readonly trials: number;
  /** Whether it creates the study first. */
  readonly creates: boolean;
  readonly seed: number;
  /** Of ours; Optuna's is always random. */
  readonly optimizer: 'random' | 'tpe';
  /** With `memory:`, how many trials the study begins with. */
  readonly history?: number;
}

/** What it took. */
export interface Timing {
  /** When the work began, in milliseconds since 1970. */
  readonly start: number;
  /** When it was done. */
  readonly end: number;
  /** Each ask by the clock, until the parameters are known. */
  readonly askMs: readonly number[];
  /** CPU time of the process during the work. */
  readonly cpuMs: number;
}
