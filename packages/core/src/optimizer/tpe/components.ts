/** The trials that a mixture is made of, ascending, each with a number: what it weighs. */
export class Components {
  count = 0;
  trials: Int32Array = new Int32Array(64);
  weights: Float64Array = new Float64Array(64);

  clear(): void {
    this.count = 0;
  }

  /** Adds a trial in its place, which is almost always the last. */
  add(trial: number, weight: number): void {
    if (this.count === this.trials.length) this.#grow();
    let place = this.count++;
    for (; place > 0 && (this.trials[place - 1] as number) > trial; place--) {
      this.trials[place] = this.trials[place - 1] as number;
      this.weights[place] = this.weights[place - 1] as number;
    }
    this.trials[place] = trial;
    this.weights[place] = weight;
  }

  #grow(): void {
    const trials = new Int32Array(2 * this.count);
    const weights = new Float64Array(2 * this.count);
    trials.set(this.trials);
    weights.set(this.weights);
    this.trials = trials;
    this.weights = weights;
  }
}
