import { createRandom } from '@tunable/core';

/** How a walk along a cliff is learned. */
export interface QTraining {
  readonly learningRate: number;
  readonly discount: number;
  /** The chance of a random move at first, and its factor after each block. */
  readonly exploration: number;
  readonly explorationDecay: number;
  /** What each move is held for at first. */
  readonly optimism: number;
  /** By the best next move (Q-learning), or by the one that is made (Sarsa), whose traces decay so. */
  readonly target: { readonly type: 'best' } | { readonly type: 'made'; readonly trace: number };
  readonly seed: number;
}

const WIDTH = 12;
const HEIGHT = 4;
const CELLS = WIDTH * HEIGHT;
const START = CELLS - WIDTH;
const GOAL = CELLS - 1;
const LONGEST = 60;
/** Right, left, down, up. */
const MOVES = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
] as const;

/**
 * Learns the cliff walk (Sutton & Barto, "Reinforcement Learning", 2nd edition, example 6.6) by Q-learning or Sarsa(λ): a step costs 1, a
 * fall costs 100 and leads back to the start, and an episode ends at the goal or after 60 steps. Yields the mean cost of the
 * episodes of each block, divided by 13, the cost of the shortest way.
 */
export function* learnCliffWalk(
  training: QTraining,
  blocks: number,
  episodesPerBlock: number,
): Generator<number> {
  const { learningRate, discount, optimism, target, seed } = training;
  const random = createRandom(seed);
  const values = new Float64Array(CELLS * MOVES.length).fill(optimism);
  values.fill(0, GOAL * MOVES.length);
  const traces = new Float64Array(values.length);
  let exploration = training.exploration;

  const bestAt = (cell: number): number => {
    let best = cell * MOVES.length;
    for (let i = best + 1; i < (cell + 1) * MOVES.length; i++) if (values[i]! > values[best]!) best = i;
    return best;
  };
  const choose = (cell: number): number =>
    random.uniform() < exploration ? cell * MOVES.length + random.integer(MOVES.length) : bestAt(cell);

  for (let block = 0; block < blocks; block++) {
    let cost = 0;
    for (let episode = 0; episode < episodesPerBlock; episode++) {
      traces.fill(0);
      let cell = START;
      let move = choose(cell);
      for (let step = 0; step < LONGEST && cell !== GOAL; step++) {
        const { next, reward } = walk(cell, move % MOVES.length);
        cost -= reward;
        const nextMove = choose(next);
        const goal = target.type === 'best' ? bestAt(next) : nextMove;
        const error = reward + discount * values[goal]! - values[move]!;
        if (target.type === 'best') {
          values[move]! += learningRate * error;
        } else {
          traces[move] = 1;
          for (let i = 0; i < values.length; i++) {
            values[i]! += learningRate * error * traces[i]!;
            traces[i]! *= discount * target.trace;
          }
        }
        cell = next;
        move = nextMove;
      }
    }
    exploration *= training.explorationDecay;
    yield cost / episodesPerBlock / 13;
  }
}

/** Where a move leads, and what it brings. */
function walk(cell: number, move: number): { next: number; reward: number } {
  const [right, down] = MOVES[move]!;
  const x = Math.min(WIDTH - 1, Math.max(0, (cell % WIDTH) + right));
  const y = Math.min(HEIGHT - 1, Math.max(0, Math.floor(cell / WIDTH) + down));
  const isCliff = y === HEIGHT - 1 && x > 0 && x < WIDTH - 1;
  return isCliff ? { next: START, reward: -100 } : { next: y * WIDTH + x, reward: -1 };
}
