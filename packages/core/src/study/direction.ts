/** Whether small or large values of an objective are good. */
export type Direction = 'minimize' | 'maximize';

/** +1 or -1: a value times this is a loss, to be minimized. */
export function lossSign(direction: Direction): 1 | -1 {
  return direction === 'minimize' ? 1 : -1;
}
