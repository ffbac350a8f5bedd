import {
  InvalidDatasetError,
  InvalidResultError,
  TrialPruned,
  type Dataset,
  type FitContext,
} from '@tunable/core';

import { checkProviderNames } from '../providers/check-provider.ts';
import { defaultProvider } from '../providers/known-providers.ts';
import { followBestEpoch } from './best-epoch.ts';
import { createTrainer, type StartedTrainer } from './create-trainer.ts';
import { epochPredictor } from './epoch-predictor.ts';
import { loadRuntime } from './load-runtime.ts';
import { toMetadata } from './metadata.ts';
import { createModel, type ModelHome, type OnnxNetworkModel } from './network-model.ts';
import type { TrainingSettings } from './options.ts';
import { checkParams, type NetworkParams } from './params.ts';
import { predictionModel } from './prediction-graph.ts';
import { prepareFit, type PreparedFit } from './prepare-fit.ts';
import { trainEpoch } from './train-epoch.ts';
import type { TrainedLayer, VariableValues } from './trained-weights.ts';
import { drawValidationRows } from './validation-rows.ts';

/**
 * Trains a network.
 *
 * @param owner the learner's factory, for messages.
 * @throws {InvalidParameterError} a parameter out of range.
 * @throws {InvalidDatasetError} early stopping, and no rows to judge by.
 * @throws {InvalidResultError} a loss that becomes NaN or infinite.
 * @throws {UnsupportedError} no runtime, or no execution provider that can train the network.
 * @throws {FrameworkError} out of memory, or any other failure of ONNX Runtime.
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
  const { sessionOptions, providers = [defaultProvider(runtime)] } = settings;
  checkProviderNames(owner, runtime, providers);

  const { seed } = context;
  const needsValidation = settings.keepBest || settings.earlyStopping !== undefined;
  const { training, validation } =
    context.validation === undefined && needsValidation
      ? drawValidationRows(data, settings.validationSplit, seed)
      : { training: data, validation: context.validation };
  if (validation === undefined && settings.earlyStopping !== undefined && settings.validationSplit > 0) {
    throw new InvalidDatasetError(
      `${owner}: earlyStopping needs validation rows, and none of these ${data.rowCount} can be spared: each class has one row only, or all are of one group; give more rows, or leave earlyStopping out`,
    );
  }
  const watched = needsValidation ? validation : undefined;

  const prepared = prepareFit(params, training, settings.standardize, seed);
  const started = await createTrainer(prepared.training, prepared.rows, {
    owner,
    runtime,
    providers,
    sessionOptions,
  });
  const { provider, fellBackFrom } = started;
  const home: ModelHome = { runtime, provider, fellBackFrom, sessionOptions };
  return trainEpochs(settings, params, prepared, started, home, watched, context);
}

/**
 * Trains until the epochs or the patience are used up, and frees the trainer in any case.
 *
 * @param validation rows to find the best epoch by, if that is wanted.
 */
async function trainEpochs(
  settings: TrainingSettings,
  params: NetworkParams,
  prepared: PreparedFit,
  { trainer }: StartedTrainer,
  home: ModelHome,
  validation: Dataset | undefined,
  context: FitContext,
): Promise<OnnxNetworkModel> {
  const { prediction, info, target, rows, layersOf } = prepared;
  const { epochs, keepBest, earlyStopping } = settings;
  const { rowCount } = rows;
  const { seed, signal } = context;
  const all = { plan: prepared.training, trainer, params, rowCount, epochs, seed, signal };
  const evaluation = epochPredictor(prediction, info, target, home);
  const progress = followBestEpoch<VariableValues>(earlyStopping);
  const losses: number[] = [];
  const validationLosses: number[] = [];
  try {
    let goesOn = true;
    for (let epoch = 1; goesOn && epoch <= epochs; epoch++) {
      const loss = await trainEpoch(all, epoch);
      if (!Number.isFinite(loss)) throw diverged(settings, params, epoch, loss);
      losses.push(loss);
      // Read at most once per epoch, and only if somebody wants to know: weights on a device are far away.
      let values: Promise<VariableValues> | undefined;
      const read = (): Promise<VariableValues> => (values ??= trainer.read());
      const predictor = evaluation.predictor(async () => layersOf(await read()));
      if (validation !== undefined) {
        const validationLoss = await predictor.loss(validation);
        validationLosses.push(validationLoss);
        goesOn = progress.add(epoch, validationLoss, await read());
      }
      await context.report(epoch, predictor);
    }
    const best = keepBest ? progress.best : undefined;
    const layers = layersOf(best?.state ?? (await trainer.read()));
    const bestEpoch = best?.epoch ?? losses.length;
    // An epoch's loss is from before its steps, the last of which may have been one too far.
    const isSound = Number.isFinite(validationLosses[bestEpoch - 1] ?? 0) && layers.every(isFiniteLayer);
    if (!isSound) throw diverged(settings, params, bestEpoch, Number.NaN);
    const bytes = predictionModel(prediction, layers, toMetadata(info, params));
    return createModel(bytes, info, home, { training: { losses, validationLosses, bestEpoch } });
  } finally {
    await evaluation.release();
    await trainer.release();
  }
}

function isFiniteLayer({ weights, bias }: TrainedLayer): boolean {
  return weights.every(Number.isFinite) && bias.every(Number.isFinite);
}

function diverged(
  { onDivergence, standardize }: TrainingSettings,
  { optimizer }: NetworkParams,
  epoch: number,
  loss: number,
): Error {
  const became = Number.isNaN(loss) ? 'NaN' : 'infinite';
  const rate = Number(optimizer.learningRate.toPrecision(3));
  const message = `the training diverged: the loss became ${became} in epoch ${epoch}, at a learning rate of ${rate}; a smaller learning rate${standardize ? '' : ' or standardized features'} may help`;
  return onDivergence === 'prune' ? new TrialPruned(message) : new InvalidResultError(message);
}
