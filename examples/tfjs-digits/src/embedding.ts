// A custom training loop: a network that is given no labels to predict, but learns to lay equal digits close together
// (triplet loss: Schroff, Kalenichenko and Philbin 2015, equation 1). A picture is then read by its nearest neighbour.
import { createRandom, createStudy, float, hyperband, int, space, type Dataset } from '@tunable/core';
import { tfjsObjective, useBackend } from '@tunable/tfjs';
import * as tf from '@tensorflow/tfjs';

import { isQuick } from './is-quick.ts';
import { loadDigits } from './load-digits.ts';

await useBackend();
const [digits, trials, epochs] = isQuick ? [800, 4, 3] : [2000, 12, 9];
// A part to learn from, one to judge trials by, and a third that the search never sees.
const { search, heldBack } = await loadDigits(digits, 0.25, 1);
const rows = Array.from({ length: search.rowCount }, (_, row) => row);
const asked = search.rows(rows.slice(0, search.rowCount / 4));
const known = search.rows(rows.slice(search.rowCount / 4));
const [knownPictures, askedPictures, heldBackPictures] = [known, asked, heldBack].map(pictures) as [
  tf.Tensor2D,
  tf.Tensor2D,
  tf.Tensor2D,
];
const rowsOf = known.classes.map((_, label) =>
  Array.from(known.target.keys()).filter((row) => known.target[row] === label),
);

/** How well each trial that was trained to its end does on the held-back part: told at the end, of the best one. */
const heldBackShares = new Map<number, number>();

const study = await createStudy({
  name: 'embedding',
  space: space({
    units: int(32, 128, { scale: 'log' }),
    dimensions: int(2, 32, { scale: 'log' }),
    margin: float(0.05, 1, { scale: 'log' }),
    learningRate: float(1e-4, 1e-2, { scale: 'log' }),
  }),
  direction: 'maximize',
  pruner: hyperband({ maxResource: epochs }),
  seed: 1,
});

await study.optimize(
  tfjsObjective(
    async ({ units, dimensions, margin, learningRate }, { trial, seeded, track, batches, report }) => {
      const network = track(
        seeded(() =>
          tf.sequential({
            layers: [
              tf.layers.dense({ units, inputShape: [784], activation: 'relu' }),
              tf.layers.dense({ units: dimensions }),
            ],
          }),
        ),
      );
      const optimizer = track(tf.train.adam(learningRate));
      const embed = (rows: tf.Tensor): tf.Tensor => {
        const given = network.apply(rows) as tf.Tensor;
        return tf.div(given, tf.add(tf.norm(given, 'euclidean', 1, true), 1e-6));
      };
      let share = 0;
      for (let epoch = 0; epoch < epochs; epoch++) {
        const random = createRandom(trial.seed, epoch);
        const pick = (rows: readonly number[]): number => rows[random.integer(rows.length)] ?? 0;
        for (const anchors of batches(known.rowCount, 64, epoch)) {
          const labels = Array.from(anchors, (row) => known.target[row] ?? 0);
          const same = labels.map((label) => pick(rowsOf[label] ?? []));
          const others = labels.map((label) => pick(rowsOf[(label + 1 + random.integer(9)) % 10] ?? []));
          seeded(() =>
            tf.tidy(() => {
              optimizer.minimize(() => {
                const [anchor, positive, negative] = [anchors, same, others].map((rows) =>
                  embed(gather(rows)),
                );
                const toSame = tf.sum(tf.squaredDifference(anchor as tf.Tensor, positive as tf.Tensor), 1);
                const toOther = tf.sum(tf.squaredDifference(anchor as tf.Tensor, negative as tf.Tensor), 1);
                return tf.mean(tf.relu(tf.add(tf.sub(toSame, toOther), margin))) as tf.Scalar;
              });
            }),
          );
        }
        const agreement = (asking: tf.Tensor, data: Dataset): number =>
          seeded(() => tf.tidy(() => nearestAgrees(embed(knownPictures), embed(asking), data)));
        share = agreement(askedPictures, asked);
        if (epoch === epochs - 1) heldBackShares.set(trial.number, agreement(heldBackPictures, heldBack));
        await report(epoch, share);
      }
      return share;
    },
  ),
  { trials, progress: true },
);

const spent = study.trials.reduce((sum, { reports }) => sum + reports.steps.length, 0);
console.log(`\n${study.trials.length} trials, ${spent} epochs of at most ${study.trials.length * epochs}.`);
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
console.log(
  `The nearest of ${known.rowCount} digits is the right one for ${percent(study.best.value)} of ${asked.rowCount} others that the trials were judged by,`,
);
console.log(
  `and for ${percent(heldBackShares.get(study.best.number) ?? Number.NaN)} of ${heldBack.rowCount} that nothing saw.`,
);
console.log(study.best.params);

function pictures(data: Dataset): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from(data.features), [data.rowCount, data.columnCount]);
}

function gather(rows: ArrayLike<number>): tf.Tensor {
  return tf.gather(knownPictures, tf.tensor1d(Int32Array.from(rows), 'int32'));
}

/** The share of the pictures asked for whose nearest known picture shows the same digit. Vectors of length 1 are near when their product is large. */
function nearestAgrees(
  knownVectors: tf.Tensor,
  askedVectors: tf.Tensor,
  { target, rowCount }: Dataset,
): number {
  const nearest = tf.argMax(tf.matMul(askedVectors, knownVectors, false, true), 1).dataSync();
  const right = nearest.filter((row, i) => known.target[row] === target[i]).length;
  return right / rowCount;
}
