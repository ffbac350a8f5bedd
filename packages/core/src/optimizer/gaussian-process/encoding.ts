import type { Leaf } from '../../space/leaf.ts';
import type { SearchSpace } from '../../space/search-space.ts';

/** What a leaf is to the search: moved smoothly, moved in steps, or exchanged. */
export type LeafKind = 'continuous' | 'stepped' | 'nominal';

/**
 * How rows become vectors of features in which a stationary kernel makes sense.
 *
 * - An ordered leaf is one feature: its unit encoding (whole numbers and steps by the centres of their cells).
 * - A nominal leaf of two values is one feature, 0 or 1; of K > 2 values it is K features, 1/sqrt(2) where the category
 *   is meant and 0 elsewhere, with one length scale for all: exactly the Hamming distance (0 or 1).
 * - An inactive leaf is constant: 0.5, or zeros for K > 2 categories. The category of the parent tells the branches
 *   apart; a further indicator of activity was found to do harm.
 * - Leaves of sibling branches with one name and one domain (`svm.rbf.gamma` and `svm.poly.gamma`) are never active
 *   together and share their feature, so that what is learnt of one helps the other; the parent's category can still
 *   keep them apart.
 */
export class Encoding {
  readonly space: SearchSpace;
  /** Number of features. */
  readonly featureCount: number;
  /** Number of hyperparameters as the model sees them: shared leaves count once. One length scale each. */
  readonly groupCount: number;
  /** Which hyperparameter each feature belongs to. */
  readonly groupOf: Int32Array;
  /** The first feature of each leaf. */
  readonly firstFeature: Int32Array;
  /** The hyperparameter that each leaf is. */
  readonly groupOfLeaf: Int32Array;
  readonly kinds: readonly LeafKind[];
  /** Whether other leaves depend on the leaf. */
  readonly isParent: Uint8Array;
  readonly #inactive: Float64Array;

  constructor(space: SearchSpace) {
    const { leaves } = space;
    this.space = space;
    this.kinds = leaves.map(kindOf);
    this.firstFeature = new Int32Array(leaves.length);
    this.groupOfLeaf = new Int32Array(leaves.length);
    this.isParent = new Uint8Array(leaves.length);
    const inactive: number[] = [];
    const groupOf: number[] = [];
    const known = new Map<string, number>();
    let groupCount = 0;
    for (const leaf of leaves) {
      const { index, condition, parameter } = leaf;
      if (condition !== undefined) this.isParent[condition.parent] = 1;
      const key = this.#siblingKey(leaf);
      const sibling = known.get(key);
      if (sibling !== undefined) {
        this.firstFeature[index] = this.firstFeature[sibling]!;
        this.groupOfLeaf[index] = this.groupOfLeaf[sibling]!;
        continue;
      }
      known.set(key, index);
      this.firstFeature[index] = inactive.length;
      this.groupOfLeaf[index] = groupCount;
      const isOneHot = parameter.isNominal && parameter.cardinality > 2;
      for (let k = 0; k < (isOneHot ? parameter.cardinality : 1); k++) {
        inactive.push(isOneHot ? 0 : 0.5);
        groupOf.push(groupCount);
      }
      groupCount++;
    }
    this.#inactive = Float64Array.from(inactive);
    this.groupOf = Int32Array.from(groupOf);
    this.groupCount = groupCount;
    this.featureCount = inactive.length;
  }

  /** Equal for leaves that may share a feature. */
  #siblingKey({ index, name, parameter, condition }: Leaf): string {
    if (condition === undefined || condition.low !== condition.high) return `#${index}`;
    const parent = this.space.leaves[condition.parent]!;
    if (!parent.parameter.isNominal) return `#${index}`;
    const branch = `${parent.name}.${String(parent.parameter.decode(condition.low))}.`;
    if (!name.startsWith(branch)) return `#${index}`;
    const where = this.firstFeature[condition.parent];
    return `${where}:${name.slice(branch.length)}:${JSON.stringify(parameter.toJSON())}`;
  }

  /**
   * Writes the features of a row.
   *
   * @param row one number per leaf, NaN where inactive.
   * @param features receives `featureCount` numbers.
   * @param at index of the first of them.
   */
  encode(row: Float64Array, features: Float64Array, at = 0): void {
    features.set(this.#inactive, at);
    const { leaves } = this.space;
    for (let leaf = 0; leaf < leaves.length; leaf++) {
      const x = row[leaf]!;
      if (Number.isNaN(x)) continue;
      const { parameter } = leaves[leaf]!;
      const feature = at + this.firstFeature[leaf]!;
      if (!parameter.isNominal) features[feature] = parameter.toUnit(x);
      else if (parameter.cardinality > 2) features[feature + x] = Math.SQRT1_2;
      else features[feature] = x;
    }
  }
}

function kindOf({ parameter }: Leaf): LeafKind {
  if (parameter.isNominal) return 'nominal';
  return parameter.cardinality === Infinity ? 'continuous' : 'stepped';
}
