import { createRandom, InvalidResultError, TrialPruned, type Dataset, type FitContext } from '@tunable/core';

import { checkProviderNames } from '../providers/check-provider.ts';
import { defaultProvider } from '../providers/known-providers.ts';
import { batchBounds, stepNumbers, stepsPerRun } from './batches.ts';
import { followBestEpoch } from './best-epoch.ts';
import { createTrainer } from './create-trainer.ts';
import { epochPredictor } from './epoch-predictor.ts';
import { loadRuntime } from './load-runtime.ts';
import { crossEntropy, squaredError } from './loss.ts';
import { maskStream } from './mask-stream.ts';
import { createModel, type OnnxNetworkModel } from './network-model.ts';
import { createNetwork, STREAMS } from './network.ts';
import { updateRule } from './optimizer.ts';
import type { TrainingSettings } from './options.ts';
import { checkParams, checkSize, type NetworkParams } from './params.ts';
import { predictionModel, type PredictionPlan } from './prediction-graph.ts';
import { toMetadata } from './metadata.ts';
import { scaleFeatures, standardization, targetScaling } from './scaling.ts';
import { trainedLayers, type TrainedLayer, type VariableValues } from './trained-weights.ts';
import type { Trainer, TrainingRows } from './trainer.ts';
import { planTraining, type TrainingPlan } from './training-graph.ts';
import { drawValidationRows } from './validation-rows.ts';

/**
 * Trains a network.
 *
 * @param owner the learner's factory, for messages.
 * @throws {InvalidParameterError} a parameter out of range.
 * @throws {InvalidResultError} a loss that becomes NaN or infinite.
 * @throws {UnsupportedError} no runtime, or no execution provider that can train the network.
 */
export async function fitNetwork(
  owner: string,
  settings: TrainingSettings,
  params: NetworkParams,
  data: Dataset,
  context: FitContext,
): Promise<OnnxNetworkModel> {
  checkParams(params);
  const runtime = await loadRuntime(owner, settings.runtime);
  const providers = settings.providers ?? [defaultProvider(runtime)];
  checkProviderNames(owner, runtime, providers);
  const { seed, signal } = context;
  const { keepBest, earlyStopping, sessionOptions } = settings;
  const watches = keepBest || earlyStopping !== undefined;
  const { training, validation } =
    context.validation === undefined && watches
      ? drawValidationRows(data, settings.validationSplit, seed)
      : { training: data, validation: context.validation };

  const { task, classes, featureNames } = data;
  const scaling = settings.standardize ? standardization(training) : undefined;
  const target = task === 'regression' ? targetScaling(training) : undefined;
  const [loss, outputs] =
    target === undefined ? [crossEntropy(classes.length), classes.length] : [squaredError(), 1];
  checkSize(params.hidden, data.columnCount, outputs);
  const network = createNetwork(params, data.columnCount, outputs, loss, seed);
  const plan = planTraining(network, updateRule(params.optimizer, params.weightDecay));
  const rows: TrainingRows = {
    features: scaleFeatures(training, scaling),
    target:
      target === undefined
        ? Int32Array.from(training.target)
        : Float32Array.from(training.target, (value) => (value - target.mean) / target.deviation),
    rowCount: training.rowCount,
    columnCount: training.columnCount,
  };
  const absentClasses = [...classes.keys()].filter((label) => !training.target.includes(label));
  const trained = (values: VariableValues): TrainedLayer[] =>
    trainedLayers(network, values, { absentClasses, target });

  const started = await createTrainer(plan, rows, { runtime, providers, sessionOptions });
  const { trainer, provider, fellBackFrom } = started;
  const home = { runtime, provider, fellBackFrom, sessionOptions };
  const info = { task, classes, featureNames };
  const prediction: PredictionPlan = {
    task,
    activation: params.activation,
    scaling,
    layers: network.denseNames.map((name, index) => ({
      name,
      inputs: network.widths[index] as number,
      units: network.widths[index + 1] as number,
    })),
  };
  const evaluation = epochPredictor(prediction, info, target, home);
  const losses: number[] = [];
  const validationLosses: number[] = [];
  const progress = followBestEpoch<VariableValues>(earlyStopping);
  try {
    for (let epoch = 1; epoch <= settings.epochs; epoch++) {
      const epochLoss = await trainEpoch(plan, trainer, rows, params, seed, epoch, settings.epochs, signal);
      if (!Number.isFinite(epochLoss)) throw diverged(settings, params, epoch, epochLoss);
      losses.push(epochLoss);
      let values: Promise<VariableValues> | undefined;
      const read = (): Promise<VariableValues> => (values ??= trainer.read());
      const predictor = evaluation.predictor(async () => trained(await read()));
      let goesOn = true;
      if (watches && validation !== undefined) {
        const validationLoss = await predictor.loss(validation);
        validationLosses.push(validationLoss);
        goesOn = progress.add(epoch, validationLoss, await read());
      }
      await context.report(epoch, predictor);
      if (!goesOn) break;
    }
    const best = keepBest ? progress.best : undefined;
    const layers = trained(best?.state ?? (await trainer.read()));
    const bestEpoch = best?.epoch ?? losses.length;
    const bytes = predictionModel(prediction, layers, toMetadata(info, params));
    return createModel(bytes, info, home, { training: { losses, validationLosses, bestEpoch } });
  } finally {
    await evaluation.release();
    await trainer.release();
  }
}

/** One pass over the rows in a new order; returns the mean loss. */
async function trainEpoch(
  { network, rule, masks }: TrainingPlan,
  trainer: Trainer,
  { rowCount }: TrainingRows,
  params: NetworkParams,
  seed: number,
  epoch: number,
  epochs: number,
  signal: AbortSignal,
): Promise<number> {
  const order = createRandom(seed, STREAMS.order, epoch).shuffle(
    Int32Array.from({ length: rowCount }, (_, row) => row),
  );
  const bounds = batchBounds(rowCount, params.batchSize);
  const stepCount = bounds.length - 1;
  const streams = [...masks].map(
    ([name, width], layer) => [name, width, maskStream(params.dropout, seed, epoch, layer)] as const,
  );
  const perRun = stepsPerRun(network, params.batchSize);
  let lossSum = 0;
  for (let first = 0; first < stepCount; first += perRun) {
    signal.throwIfAborted();
    const part = bounds.slice(first, first + perRun + 1);
    const [start, end] = [part[0] as number, part.at(-1) as number];
    lossSum += await trainer.run({
      order: order.slice(start, end),
      bounds: part.map((bound) => bound - start),
      numbers: stepNumbers(params, rule, (epoch - 1) * stepCount + first, epochs * stepCount, part),
      masks: new Map(
        streams.map(([name, width, fill]) => {
          const mask = new Float32Array((end - start) * width);
          fill(mask);
          return [name, mask];
        }),
      ),
    });
  }
  return lossSum / rowCount;
}

function diverged(
  { onDivergence, standardize }: TrainingSettings,
  { optimizer }: NetworkParams,
  epoch: number,
  loss: number,
): Error {
  const message = `the training diverged: the loss became ${Number.isNaN(loss) ? 'NaN' : 'infinite'} in epoch ${epoch}, at a learning rate of ${Number(optimizer.learningRate.toPrecision(3))}; a smaller learning rate${standardize ? '' : ' or standardized features'} may help`;
  return onDivergence === 'prune' ? new TrialPruned(message) : new InvalidResultError(message);
}
