import type { JsonValue } from '../json.ts';
import type { Infer, Shape } from '../space/node.ts';
import type { SearchSpace } from '../space/search-space.ts';
import type { Dataset, FeatureRows, Label, Task } from './dataset.ts';

/**
 * Something that can be trained: what an adapter for a framework exports. The contract of every learner, ours or a
 * stranger's; `@tunable/adapter-kit` proves an implementation.
 *
 * A learner is a description, not a model: it holds no data and no state between fits, so that one learner serves
 * many fits at a time.
 *
 * @typeParam S the shape of its recommended space, from which the type of `params` follows. If you give it a name, make
 *   it a `type`: an `interface` is no {@link Shape}.
 * @typeParam M its models, when they can more than {@link Model} asks for.
 */
export interface Learner<S extends Shape = Shape, M extends Model = Model> {
  /** The version of this contract; a literal, so that later versions can be told apart. */
  readonly specificationVersion: 1;
  /** A short name: 'random-forest-classifier'. */
  readonly name: string;
  /** What kind of target it learns. `tune` rejects a dataset of the other kind. */
  readonly task: Task;
  /** What it can do beyond `fit` and `predict`; undeclared capabilities are never asked for. */
  readonly capabilities: readonly LearnerCapability[];
  /**
   * The recommended search space. Declare a default for every parameter: those make the untuned baseline, and stand
   * in for parameters that a user's own space leaves out, so that `fit` always gets all of them.
   */
  readonly space: SearchSpace<S>;

  /**
   * Trains a model. Must depend on its arguments alone: equal params, data and `context.seed` give an equal model.
   * Must not modify `data`. When it throws, it leaves nothing behind that needs disposing of.
   *
   * @param params one value per name in `space`; those of a user's own space may lie outside the recommended ranges,
   *   so reject what the framework cannot do, with an `InvalidParameterError`.
   * @param data the training rows. A fold may lack rows of some class, but `data.classes` names all of them.
   * @param context seed, signal, reports; {@link FitContext}.
   */
  fit(params: Infer<SearchSpace<S>>, data: Dataset, context: FitContext): M | Promise<M>;

  /**
   * How to build an equal learner elsewhere, which is what worker threads do. Absent, or undefined as its result,
   * when that is impossible (an option is a function, say): such a learner runs on the main thread only.
   */
  describe?(): LearnerDescription | undefined;

  /**
   * What users can do so that `describe` succeeds, for the message when it does not: "give source: { module: import.meta.url,
   * export: 'net' }".
   */
  readonly describeAdvice?: string;
}

/**
 * - `probability`: its models have `predictProbability` (log loss and ROC AUC need it).
 * - `outOfBag`: its models have `outOfBag` when `context.outOfBag` asks for it.
 * - `steps`: it trains in steps and calls `context.report` after each, so that it can be pruned while training.
 */
export type LearnerCapability = 'probability' | 'outOfBag' | 'steps';

/** What `fit` is told besides params and data. */
export interface FitContext {
  /** A whole number from 0 to 2^32 - 1. All randomness of the fit must derive from it. */
  readonly seed: number;
  /** Aborted when the trial must stop. A fit that takes long should look at it and throw `signal.reason`. */
  readonly signal: AbortSignal;
  /** The name of the metric being tuned, or '' when there is none. */
  readonly metric: string;
  /**
   * The held-out rows of this split, for early stopping. Absent in the final fit on all rows. A learner that stops by
   * them chooses its length on the rows it is scored on, and so looks a little better than it is.
   */
  readonly validation?: Dataset;
  /** Whether the model's `outOfBag` will be called, for learners where that costs something. */
  readonly outOfBag: boolean;

  /**
   * Tells how good the half-trained model is after a step. Throws `TrialPruned` when the trial is hopeless, and
   * `signal.reason` when it was aborted: free what you hold and let it pass.
   *
   * @param step what the learner counts (epochs, trees): a whole number, larger with each call of one fit.
   * @param value the metric named `metric` on the validation rows, in its own direction; or the half-trained model,
   *   to have it computed (only if anybody needs it), which is right for every metric.
   */
  report(step: number, value: number | Predictor): Promise<void>;
}

/** What predicts: a model, or a half-trained one. */
export interface Predictor {
  /**
   * Predicts the target of each row: a label of `data.classes` (`string[]`, ...), or a number for regression
   * (`Float64Array`). Must accept everything that {@link FeatureRows} allows; `packFeatures` turns it into one form.
   */
  predict(rows: FeatureRows): ArrayLike<Label> | Promise<ArrayLike<Label>>;
  /**
   * Class probabilities, row-major rows x classes in the order of `data.classes`; each row sums to 1, and a class
   * that the training rows lacked has probability 0 or nearly so.
   */
  predictProbability?(rows: FeatureRows): Float64Array | Promise<Float64Array>;
}

/** A trained model. */
export interface Model extends Predictor {
  /** The classes in the order of the columns of `predictProbability`; absent for regression. */
  readonly classes?: readonly Label[];
  /** Predictions for the training rows by the parts of the model that did not see them. */
  outOfBag?(): OutOfBag | Promise<OutOfBag>;
  /** The model as the content of one file, which the adapter's own load function reads. */
  save(): Uint8Array | Promise<Uint8Array>;
  /** Frees what garbage collection does not (tensors, sessions). Always called; may be called more than once. */
  dispose(): void | Promise<void>;
}

/** What {@link Model.outOfBag} returns. Rows that every part of the model saw are left out. */
export interface OutOfBag {
  /** Indices of the training rows, ascending. */
  readonly rows: Int32Array;
  /** As `predict` would return them, one per entry of `rows`. */
  readonly predictions: ArrayLike<Label>;
  /** As `predictProbability` would return them; needed for metrics of probabilities. */
  readonly probabilities?: Float64Array;
}

/** How to build a learner: `(await import(module))[export](...arguments)`. */
export interface LearnerDescription {
  /** An absolute URL (best: the `import.meta.url` of the module with the factory), or a package's name. */
  readonly module: string;
  /** The name of the exported factory. */
  readonly export: string;
  /** What to call it with. */
  readonly arguments: readonly JsonValue[];
}

/** The type of a learner's parameters. */
export type LearnerParams<L> = L extends Record<'space', infer S> ? Infer<S> : never;

/** The shape of a learner's recommended space. */
export type LearnerShape<L> = L extends Record<'space', SearchSpace<infer S>> ? S : never;

/** The type of a learner's models. */
export type LearnerModel<L> = L extends Record<'fit', (...args: never) => infer M> ? Awaited<M> : never;
