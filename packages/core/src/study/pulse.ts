import type { Heartbeat, StudyStore } from '../storage/storage.ts';
import type { RunningTrial } from './running-trial.ts';

/** How long an answer of the storage may take until it is taken for out of reach, in milliseconds; a heartbeat, if that is less. */
const SLOW_MS = 5000;

/**
 * What links a study to the other workers of it: renews the leases of the trials that run here, on a timer, and passes on what
 * others want.
 */
export class Pulse {
  readonly #store: StudyStore;
  readonly #running: ReadonlyMap<number, RunningTrial>;
  readonly #heard: (reply: Heartbeat, asked: readonly RunningTrial[]) => void;
  readonly #warn: (message: string) => void;
  /** Since when the storage has not answered, in milliseconds since 1970; undefined while it does. */
  awaySince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastBeat = 0;
  #unsubscribe: (() => void) | undefined;
  /** What ends the runs of this study, each with how often a stop had been requested when it began. */
  readonly #stops = new Map<() => void, number>();

  /**
   * @param heard is given each answer, and the trials that were asked about.
   * @param warn is told, once, when the storage does not answer.
   */
  constructor(
    store: StudyStore,
    running: ReadonlyMap<number, RunningTrial>,
    heard: (reply: Heartbeat, asked: readonly RunningTrial[]) => void,
    warn: (message: string) => void,
  ) {
    this.#store = store;
    this.#running = running;
    this.#heard = heard;
    this.#warn = warn;
  }

  /** Keeps the timer going as long as trials or runs go on. Does nothing for storages without leases. */
  start(): void {
    const { heartbeatMs } = this.#store;
    if (this.#timer !== undefined || heartbeatMs === undefined) return;
    this.#lastBeat = Date.now();
    this.#unsubscribe ??= this.#store.onRequest?.(() => void this.beat().catch(() => undefined));
    this.#arm(heartbeatMs);
  }

  #arm(ms: number): void {
    this.#timer = setTimeout(() => void this.#fire(ms), ms);
    // Who only waits for a heartbeat shall not keep a process alive; in browsers a timer is a number.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /**
   * Has `listener` called when somebody, here or elsewhere, requests that the study stop.
   *
   * @returns a function that removes the listener.
   */
  async onStop(listener: () => void): Promise<() => void> {
    const reply = await this.beat();
    this.#stops.set(listener, reply?.stops ?? Infinity);
    this.start();
    return () => {
      this.#stops.delete(listener);
      if (!this.#isNeeded) this.stop();
    };
  }

  /** Ends the runs of the study, in all processes. */
  async requestStop(): Promise<void> {
    for (const listener of this.#stops.keys()) listener();
    await this.#store.request?.({ stop: true });
  }

  /** How many trials others run under a lease, which may be lost and then have to be run again; 0 without leases. */
  async othersRunning(): Promise<number> {
    return (await this.beat())?.others ?? 0;
  }

  /** How long to wait at most before looking again for what others have done, in milliseconds; undefined without leases. */
  get pollMs(): number | undefined {
    const { heartbeatMs } = this.#store;
    return heartbeatMs === undefined ? undefined : heartbeatMs / 5;
  }

  /** Renews all leases now. Undefined for storages without leases. */
  async beat(): Promise<Heartbeat | undefined> {
    if (this.#store.beat === undefined) return undefined;
    const asked = [...this.#running.values()];
    const since = Date.now();
    const stopWatching = this.#watch(since);
    const reply = await this.#store
      .beat(asked.map(({ number, attempt }) => ({ number, attempt })))
      .catch((error: unknown) => {
        this.#miss(since, error instanceof Error ? error.message : String(error));
        throw error;
      })
      .finally(stopWatching);
    this.awaySince = undefined;
    this.#lastBeat = Date.now();
    for (const [listener, before] of this.#stops) if (reply.stops > before) listener();
    this.#heard(reply, asked);
    return reply;
  }

  /** Notices when an answer is slow in coming. @returns a function that ends that. */
  #watch(since: number): () => void {
    const halfMs = Math.min(SLOW_MS, this.#store.heartbeatMs ?? SLOW_MS) / 2;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = (then: () => void): void => {
      timer = setTimeout(then, halfMs);
      (timer as { unref?: () => void }).unref?.();
    };
    // In two halves: when an objective held up this thread, the answer may be there, unread.
    arm(() => arm(() => this.#miss(since, 'it has not answered yet')));
    return () => clearTimeout(timer);
  }

  #miss(since: number, why: string): void {
    if (this.awaySince !== undefined) return;
    this.awaySince = since;
    this.#warn(`the storage is out of reach: ${why}; it is tried again, and running trials go on meanwhile`);
  }

  /** Beats if it is overdue, as after a computer slept: `ask` must not take the trials that run here for lost. */
  async catchUp(): Promise<void> {
    const { heartbeatMs } = this.#store;
    if (
      heartbeatMs !== undefined &&
      this.#running.size > 0 &&
      Date.now() - this.#lastBeat > 1.5 * heartbeatMs
    )
      await this.beat();
  }

  /** Ends the timer. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
  }

  async #fire(ms: number): Promise<void> {
    // A storage out of reach is no reason to stop working: the next beat may come in time, and `tell` will say.
    if (this.#isNeeded) await this.beat().catch(() => undefined);
    if (this.#timer === undefined) return;
    if (this.#isNeeded) this.#arm(ms);
    else this.stop();
  }

  get #isNeeded(): boolean {
    return this.#running.size > 0 || this.#stops.size > 0;
  }
}
