import { createRandom } from '@tunable/core';

/** What a user made of an item. */
export interface Rating {
  readonly user: number;
  readonly item: number;
  readonly value: number;
}

/** How a table of ratings is factorized. */
export interface FactorsTraining {
  readonly rank: number;
  readonly learningRate: number;
  /** The rate is multiplied by this after each epoch. */
  readonly decay: number;
  /** Of the squared factors. */
  readonly l2: number;
  /** Standard deviation of the factors at first. */
  readonly scale: number;
  /** Whether users and items have a term of their own, and the weight of its square. */
  readonly biases: { readonly type: 'none' } | { readonly type: 'some'; readonly l2: number };
  readonly seed: number;
}

/**
 * Factorizes ratings by stochastic gradient descent (Koren, Bell & Volinsky 2009, equations 3 to 5), around their mean; yields
 * the mean squared error on `validation` after each epoch.
 */
export function* factorize(
  train: readonly Rating[],
  validation: readonly Rating[],
  training: FactorsTraining,
  epochs: number,
): Generator<number> {
  const { rank, decay, l2, scale, biases, seed } = training;
  const random = createRandom(seed);
  const all = [...train, ...validation];
  const count = (key: 'user' | 'item'): number => Math.max(...all.map((rating) => rating[key])) + 1;
  const factors = (length: number): Float64Array =>
    Float64Array.from({ length: length * rank }, () => scale * random.normal());
  const [users, items] = [factors(count('user')), factors(count('item'))];
  const [userBias, itemBias] = [new Float64Array(count('user')), new Float64Array(count('item'))];
  const mean = train.reduce((sum, { value }) => sum + value, 0) / train.length;
  const order = Int32Array.from(train.keys());

  const errorOf = ({ user, item, value }: Rating): number => {
    let sum = mean + userBias[user]! + itemBias[item]!;
    for (let k = 0; k < rank; k++) sum += users[user * rank + k]! * items[item * rank + k]!;
    return value - sum;
  };

  let rate = training.learningRate;
  for (let epoch = 0; epoch < epochs; epoch++) {
    random.shuffle(order);
    for (const index of order) {
      const rating = train[index]!;
      const { user, item } = rating;
      const error = errorOf(rating);
      if (biases.type === 'some') {
        userBias[user]! += rate * (error - biases.l2 * userBias[user]!);
        itemBias[item]! += rate * (error - biases.l2 * itemBias[item]!);
      }
      for (let k = 0; k < rank; k++) {
        const [u, i] = [users[user * rank + k]!, items[item * rank + k]!];
        users[user * rank + k] = u + rate * (error * i - l2 * u);
        items[item * rank + k] = i + rate * (error * u - l2 * i);
      }
    }
    rate *= decay;
    const loss = validation.reduce((sum, rating) => sum + errorOf(rating) ** 2, 0) / validation.length;
    yield loss < 1e6 ? loss : Infinity;
  }
}
