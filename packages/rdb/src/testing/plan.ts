/** What a worker of a proof is told to do: its only argument, as JSON. */
export interface Plan {
  /** The package that holds the storage, and what to call it with. */
  readonly storage: {
    readonly module: '@tunable/postgres' | '@tunable/sqlite';
    readonly place: string;
    readonly options?: { readonly [name: string]: number | string | boolean };
  };
  /** The name of the study; whoever comes first creates it. */
  readonly study: string;
  /** How many trials the study shall have in all. */
  readonly trials: number;
  /** Default `random`. `grid`: every point of the space once. */
  readonly optimizer?: 'random' | 'grid';
  /** How long each trial takes, in milliseconds. Default 0. */
  readonly pauseMs?: number;
  /** This worker's n-th trial (0, 1, ...) waits until its program is told to go on. */
  readonly hangAt?: number;
  /** The worker kills itself (SIGKILL) when it ends its n-th trial: before the storage is called, while it writes, or after. */
  readonly dieAt?: { readonly trial: number; readonly moment: 'before' | 'during' | 'after' };
}

/** What a worker prints, one per line, as JSON. */
export type WorkerEvent =
  /** It has opened the study. */
  | { readonly event: 'opened' }
  | { readonly event: 'started'; readonly number: number; readonly attempt: number }
  /** The trial waits for a line of input. */
  | { readonly event: 'hanging'; readonly number: number }
  /** The objective was told to stop. */
  | { readonly event: 'aborted'; readonly number: number; readonly reason: string }
  /** The storage has acknowledged the result. */
  | {
      readonly event: 'acknowledged';
      readonly number: number;
      readonly state: string;
      readonly value?: number;
    }
  | { readonly event: 'failed'; readonly name: string; readonly code?: string; readonly message: string }
  /** The run is over. */
  | { readonly event: 'ended'; readonly reason: string };

/** How many points the space of the proofs has. */
export const POINTS = 500;

/** The value of a point: different for every one. */
export function valueOf({ a, b }: { readonly a: number; readonly b: number }): number {
  return 25 * b + a + 0.1;
}
