import type { Heartbeat, StudyStore } from '../storage/storage.ts';
import type { RunningTrial } from './running-trial.ts';

/** Renews the leases of the trials that run here, on a timer, and passes on what the storage answers. */
export class Pulse {
  readonly #store: StudyStore;
  readonly #running: ReadonlyMap<number, RunningTrial>;
  readonly #heard: (reply: Heartbeat, asked: readonly RunningTrial[]) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastBeat = 0;
  #unsubscribe: (() => void) | undefined;
  /** How many runs want to hear of requests, even while no trial runs. */
  #listeners = 0;

  /** @param heard is given each answer, and the trials that were asked about. */
  constructor(
    store: StudyStore,
    running: ReadonlyMap<number, RunningTrial>,
    heard: (reply: Heartbeat, asked: readonly RunningTrial[]) => void,
  ) {
    this.#store = store;
    this.#running = running;
    this.#heard = heard;
  }

  /** Keeps the timer going as long as trials run or somebody listens. Does nothing for storages without leases. */
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

  /** Beats on until `unlisten`, whether trials run or not. */
  listen(): void {
    this.#listeners++;
    this.start();
  }

  /** Ends one `listen`. */
  unlisten(): void {
    this.#listeners--;
    if (this.#listeners === 0 && this.#running.size === 0) this.stop();
  }

  /** Renews all leases now. Undefined for storages without leases. */
  async beat(): Promise<Heartbeat | undefined> {
    if (this.#store.beat === undefined) return undefined;
    const asked = [...this.#running.values()];
    const reply = await this.#store.beat(asked.map(({ number, attempt }) => ({ number, attempt })));
    this.#lastBeat = Date.now();
    this.#heard(reply, asked);
    return reply;
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
    return this.#running.size > 0 || this.#listeners > 0;
  }
}
