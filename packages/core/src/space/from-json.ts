import { InvalidSpaceError } from '../errors.ts';
import { hyperparameterFromJSON } from '../hyperparameter/from-json.ts';
import { show } from '../json.ts';
import { choice } from './choice.ts';
import { list } from './list.ts';
import type { Shape, SpaceNode, Where } from './node.ts';
import { SearchSpace } from './search-space.ts';
import { when } from './when.ts';
import { mapValues, type NodeJSON, type SpaceJSON } from './to-json.ts';

/**
 * The space that `json` describes; the inverse of `SearchSpace.toJSON`.
 *
 * @param json what `toJSON` returned.
 * @param options `where`: the constraints of the outermost space, which JSON cannot hold.
 * @throws {InvalidSpaceError} ill-formed data, or a number of constraints other than the saved space had.
 */
export function spaceFromJSON(json: SpaceJSON, options: { where?: readonly Where[] } = {}): SearchSpace {
  const { where = [] } = options;
  return new SearchSpace(shapeFromJSON(json, where.length), where);
}

function shapeFromJSON(json: SpaceJSON, where: number): Shape {
  if (typeof json !== 'object' || json === null || json.kind !== 'space' || typeof json.shape !== 'object') {
    throw new InvalidSpaceError(
      `expected the JSON of a search space ({ kind: 'space', shape }), not ${show(json)}`,
    );
  }
  if ((json.where ?? 0) !== where) {
    throw new InvalidSpaceError(
      `the saved space has ${json.where ?? 0} constraints (where), which JSON cannot hold, and ${where} were given; pass the same space again instead`,
    );
  }
  return mapValues(json.shape, nodeFromJSON);
}

function nodeFromJSON(json: NodeJSON): SpaceNode {
  switch (json.kind) {
    case 'space':
      return shapeFromJSON(json, 0);
    case 'choice':
      return choice(
        mapValues(json.branches, nodeFromJSON),
        json.default === undefined ? {} : { default: json.default },
      );
    case 'list': {
      const { min, max } = json;
      return list(nodeFromJSON(json.item), {
        min,
        max,
        ...(json.default === undefined ? {} : { default: json.default }),
      });
    }
    case 'when': {
      const { parent, values, min, max, node } = json;
      return when(
        {
          [parent]: values ?? {
            ...(min === undefined ? {} : { min }),
            ...(max === undefined ? {} : { max }),
          },
        },
        nodeFromJSON(node),
      );
    }
    default:
      return hyperparameterFromJSON(json);
  }
}
