import { laterTasks } from './later.ts';
import { heldOutSyntheticTasks, hostileTasks, syntheticTasks } from './synthetic.ts';
import type { CurveTask } from './task.ts';
import { heldOutTrainedTasks, trainedTasks } from './trained.ts';

/** The tasks by what they are for. */
export interface TaskGroups {
  /** With these the method was chosen. */
  readonly ordinary: readonly CurveTask[];
  /** Not looked at before. */
  readonly heldOut: readonly CurveTask[];
  /** Of other kinds, made after the method was chosen. */
  readonly later: readonly CurveTask[];
  /** Early values mislead; the last one was not looked at before. */
  readonly hostile: readonly CurveTask[];
}

/** All tasks, in groups. */
export function taskGroups(): TaskGroups {
  const isHostile = ({ kind }: CurveTask): boolean => kind === 'hostile';
  const heldOut = [...heldOutTrainedTasks(), ...heldOutSyntheticTasks()];
  return {
    ordinary: [...trainedTasks(), ...syntheticTasks()],
    heldOut: heldOut.filter((task) => !isHostile(task)),
    later: laterTasks(),
    hostile: [...hostileTasks(), ...heldOut.filter(isHostile)],
  };
}

/** All tasks. */
export function allTasks(): CurveTask[] {
  return Object.values(taskGroups()).flat() as CurveTask[];
}
