import { checkGroups, checkRowCount } from './checks.ts';
import { splitsFromFolds } from './from-folds.ts';
import type { Resampling } from './resampling.ts';

/** Each row is the test row once: as many fits as there are rows. */
export function leaveOneOut(): Resampling {
  return {
    name: 'leave-one-out',
    split(data) {
      checkRowCount('leaveOneOut', data, 2);
      return splitsFromFolds(
        Int32Array.from({ length: data.rowCount }, (_, row) => row),
        data.rowCount,
      );
    },
  };
}

/** Each group of rows is tested on once, in order of the groups' first appearance. Needs a dataset with groups. */
export function leaveOneGroupOut(): Resampling {
  return {
    name: 'leave-one-group-out',
    split(data) {
      const { groups, groupCount } = checkGroups('leaveOneGroupOut', data, 2);
      return splitsFromFolds(groups, groupCount).filter(({ test }) => test.length > 0);
    },
  };
}
