import { InvalidArgumentError } from '../../errors.ts';
import { show } from '../../json.ts';
import { checkNumber } from '../../options.ts';
import type { Resampling } from './resampling.ts';

/**
 * A random resampling several times over, each time with other splits.
 *
 * @param resampling what to repeat; it must shuffle, or every repetition is the same.
 * @param repetitions how many times, at least 1.
 * @example repeated(stratifiedKFold(5), 3) // 15 splits
 */
export function repeated(resampling: Resampling, repetitions: number): Resampling {
  if (
    typeof resampling !== 'object' ||
    typeof (resampling as Partial<Resampling> | null)?.split !== 'function'
  ) {
    throw new InvalidArgumentError(
      `repeated: expected a resampling such as kFold(5), not ${show(resampling)}`,
    );
  }
  checkNumber('repeated', 'repetitions', repetitions, { min: 1, integer: true });
  return {
    name: `repeated-${resampling.name}`,
    split(data, repetition = 0) {
      return Array.from({ length: repetitions }, (_, i) =>
        resampling.split(data, repetition * repetitions + i),
      ).flat();
    },
  };
}
