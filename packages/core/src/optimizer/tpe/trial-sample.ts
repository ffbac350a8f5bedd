import { hashIntegers } from '../../math/random.ts';
import type { Components } from './components.ts';

/** The newest trials that are all kept, and how many older ones stand for the rest. */
const NEWEST = 100;
const OLDER = 156;

/**
 * A bounded sample of finished trials: the newest 100 and, of the older ones, a uniform random 156, the same for
 * everybody: those whose numbers have the smallest hashes. Up to 256 trials nothing is left out.
 *
 * It bounds the cost of the density of the bad trials, at the price of resolution: where many old trials crowd, the
 * density is as high as before, since each sampled one stands for several, but smoother. The density of the good trials
 * is never sampled.
 */
export class TrialSample {
  /** Both ascending. */
  readonly #newest: number[] = [];
  readonly #older: number[] = [];
  readonly #olderHashes: number[] = [];
  #olderCount = 0;

  /** Adds a finished trial; the order of adding does not matter. */
  add(trial: number): void {
    const newest = this.#newest;
    newest.splice(placeOf(trial, newest), 0, trial);
    if (newest.length > NEWEST) this.#addOlder(newest.shift() as number);
  }

  /**
   * Puts the sampled trials into `components`, but for those to leave out; their weights say how many trials each one
   * stands for.
   *
   * @param isLeftOut whether a trial is to be left out.
   * @param leftOutCount how many of all trials are to be left out.
   */
  select(components: Components, isLeftOut: (trial: number) => boolean, leftOutCount: number): void {
    components.clear();
    for (const trial of this.#older) if (!isLeftOut(trial)) components.add(trial, 1);
    const older = components.count;
    for (const trial of this.#newest) if (!isLeftOut(trial)) components.add(trial, 1);
    const newest = components.count - older;
    const share = (this.#newest.length + this.#olderCount - leftOutCount - newest) / older;
    components.weights.fill(share, 0, older);
  }

  #addOlder(trial: number): void {
    this.#olderCount++;
    const hash = hashIntegers([trial]);
    const older = this.#older;
    const hashes = this.#olderHashes;
    if (older.length === OLDER) {
      let largest = 0;
      for (let i = 1; i < OLDER; i++) {
        if ((hashes[i] as number) > (hashes[largest] as number)) largest = i;
      }
      if (hash > (hashes[largest] as number)) return;
      older.splice(largest, 1);
      hashes.splice(largest, 1);
    }
    const place = placeOf(trial, older);
    older.splice(place, 0, trial);
    hashes.splice(place, 0, hash);
  }
}

/** Where `trial` belongs in an ascending list; almost always at the end. */
function placeOf(trial: number, trials: readonly number[]): number {
  let place = trials.length;
  while (place > 0 && (trials[place - 1] as number) > trial) place--;
  return place;
}
