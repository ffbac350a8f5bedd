import { InvalidSpaceError } from '../errors.ts';
import { show } from '../json.ts';
import { checkOptions } from '../options.ts';
import type { Choice, Shape } from './node.ts';

/**
 * Alternatives, each with its own parameters. A configuration holds the name of the branch as `type` beside the
 * branch's parameters, so TypeScript can tell the branches apart.
 *
 * @param branches name to parameters; `{}` for a branch without any.
 * @param options `default`, the branch one would use without tuning.
 * @throws {InvalidSpaceError} no branch, an unknown default.
 * @example choice({ adam: { beta1: float(0.8, 0.99) }, sgd: { momentum: float(0, 0.99) } })
 *   // { type: 'adam'; beta1: number } | { type: 'sgd'; momentum: number }
 */
export function choice<const B extends Shape>(
  branches: B,
  options: { default?: keyof B & string } = {},
): Choice<B> {
  checkOptions('choice', options, ['default'], (m) => new InvalidSpaceError(m));
  if (typeof branches !== 'object' || branches === null || Array.isArray(branches)) {
    throw new InvalidSpaceError(
      `choice: expected an object of branches such as { adam: {...}, sgd: {...} }, not ${show(branches)}; for plain alternatives use categorical([...])`,
    );
  }
  const names = Object.keys(branches);
  if (names.length === 0) throw new InvalidSpaceError('choice: at least one branch is needed');
  if (options.default !== undefined && !names.includes(options.default)) {
    throw new InvalidSpaceError(
      `choice: the default '${options.default}' is not a branch; the branches are ${names.join(', ')}`,
    );
  }
  return {
    kind: 'choice',
    branches,
    ...(options.default === undefined ? {} : { defaultBranch: options.default }),
  };
}
