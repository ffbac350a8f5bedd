import type { EarlierStudy } from '../optimizer.ts';
import type { Encoding } from './encoding.ts';
import { fit } from './fit.ts';
import type { Kernel } from './kernel.ts';
import type { ModelKind } from './outputs.ts';
import { Posterior } from './posterior.ts';
import { toTargets } from './targets.ts';

/** ln of a length scale so long that its hyperparameter makes no difference. */
const IRRELEVANT = Math.log(1e6);

/**
 * The models of earlier studies: a Gaussian process for each, of the same kind as the one it shall help. Made when first
 * needed, once for each study and kind; what they are made of never changes.
 */
export class EarlierMeans {
  readonly #studies: readonly EarlierStudy[];
  readonly #encoding: Encoding;
  readonly #models = new Map<string, readonly Posterior[]>();

  constructor(studies: readonly EarlierStudy[], encoding: Encoding) {
    this.#studies = studies;
    this.#encoding = encoding;
  }

  /** One model per earlier study; their means are in units of the standard deviation of that study's targets. */
  of(kind: ModelKind, kernel: Kernel): readonly Posterior[] {
    let models = this.#models.get(kind.name);
    if (models === undefined) {
      models = this.#studies.map((study) => modelOf(study, kind, kernel, this.#encoding));
      this.#models.set(kind.name, models);
    }
    return models;
  }
}

function modelOf(
  { rows, losses, knows }: EarlierStudy,
  { scale }: ModelKind,
  kernel: Kernel,
  encoding: Encoding,
): Posterior {
  const points = new Float64Array(rows.length * encoding.featureCount);
  for (const [trial, row] of rows.entries()) encoding.encode(row, points, trial * encoding.featureCount);
  const { targets } = toTargets(losses, scale);
  const { theta } = fit(kernel, { points, targets });
  // What the earlier study did not vary, its model must not depend on.
  const isKnown = new Uint8Array(kernel.groups);
  for (const [leaf, known] of knows.entries()) if (known) isKnown[encoding.groupOfLeaf[leaf]!] = 1;
  for (const [group, known] of isKnown.entries()) {
    if (known === 1) continue;
    theta[group] = IRRELEVANT;
    if (kernel.isAdditive) theta[kernel.groups + 2 + group] = IRRELEVANT;
  }
  return new Posterior(kernel, theta, points, targets, 0);
}
