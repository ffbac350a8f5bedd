import { plural } from '../plural.ts';
import { formatDuration } from './duration.ts';
import { STATE_CODES } from './history.ts';
import type { RunOptions } from './run.ts';
import type { Study } from './study.ts';

/** What is shown of a run. */
export interface RunProgress {
  readonly options: Pick<RunOptions, 'trials' | 'timeoutMs'>;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** How many trials the run has finished. */
  readonly finished: number;
  /** How many objectives are running here. */
  readonly activeCount: number;
  /** How many trials are paused: they have come as far as the pruner lets them, and count as done. */
  readonly pausedCount: number;
  /** Whether nothing runs here, and trials of other processes are waited for. */
  readonly isWaiting: boolean;
  /** Since when the storage has been out of reach, in milliseconds since 1970; undefined while it answers. */
  readonly awaySince: number | undefined;
  /** Whether Ctrl-C was pressed, and only running trials are still awaited. */
  readonly isInterrupted: boolean;
}

/** The little of Node's streams that is needed here, so that the core runs in browsers too. */
interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR_WIDTH = 12;
const REDRAW_MS = 100;
const PLAIN_LINE_MS = 10_000;

/**
 * Shows how a run goes: a bar that redraws itself on a terminal (on standard error, so that piped output stays clean), plain
 * lines every ten seconds, at every new best and when something holds it up elsewhere.
 *
 * @param mode `'auto'`: only if standard output and standard error are terminals; `true`: always; `false`: never.
 * @returns a function that leaves the last state on the screen and stops.
 */
export function showProgress<P>(study: Study<P>, run: RunProgress, mode: boolean | 'auto'): () => void {
  const { terminal, isTerminal } = findTerminal();
  if (terminal === undefined || mode === false || (mode === 'auto' && !isTerminal)) return () => {};
  if (!isTerminal) return showLines(study, run, terminal);
  const draw = (): void => {
    const line = progressLine(study, run);
    terminal.write(`\r\u001b[2K${fitLine(line, (terminal.columns ?? 120) - 1)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  draw();
  return () => {
    clearInterval(timer);
    draw();
    terminal.write('\n');
  };
}

function findTerminal(): { terminal: Terminal | undefined; isTerminal: boolean } {
  const { process } = globalThis as { process?: { stdout?: Terminal; stderr?: Terminal } };
  const terminal = process?.stderr;
  return { terminal, isTerminal: process?.stdout?.isTTY === true && terminal?.isTTY === true };
}

/** Writes a line where the progress of a run is shown; nothing elsewhere. */
export function sayLine(line: string, mode: boolean | 'auto'): void {
  const { terminal, isTerminal } = findTerminal();
  if (mode === true || (mode === 'auto' && isTerminal)) terminal?.write(`${line}\n`);
}

/** Answers the first Ctrl-C with a line where no bar does, unless nothing is to be shown at all. */
export function sayFinishing(run: RunProgress, mode: boolean | 'auto'): void {
  const { terminal, isTerminal } = findTerminal();
  if (isTerminal || mode === false) return;
  terminal?.write(
    `finishing ${plural(run.activeCount, 'running trial')}; Ctrl-C (or SIGTERM) again aborts\n`,
  );
}

function showLines<P>(study: Study<P>, run: RunProgress, terminal: Terminal): () => void {
  const print = (): void => void terminal.write(`${progressLine(study, run)}\n`);
  const timer = setInterval(print, PLAIN_LINE_MS);
  const off = study.on('newBest', print);
  let wasHeldUp = false;
  const holdUps = setInterval(() => {
    const isHeldUp = run.isWaiting || run.awaySince !== undefined;
    if (isHeldUp && !wasHeldUp) print();
    wasHeldUp = isHeldUp;
  }, REDRAW_MS);
  return () => {
    clearInterval(timer);
    clearInterval(holdUps);
    off();
    print();
  };
}

/** `[#####.......]  23/60 trials  0:34 left  best 0.9854 (#17)  2 running, 4 pruned`: what matters most comes first. */
export function progressLine<P>(study: Study<P>, run: RunProgress): string {
  const { history } = study;
  const { trials, timeoutMs } = run.options;
  const done = history.finished.length + run.pausedCount;
  const elapsed = Date.now() - run.startedAt;
  const share = Math.min(
    1,
    Math.max(trials === Infinity ? 0 : done / trials, timeoutMs === Infinity ? 0 : elapsed / timeoutMs),
  );
  const filled = Math.round(share * BAR_WIDTH);
  const count = (code: number): number =>
    history.finished.filter((trial) => history.states[trial] === code).length;
  const counts = [
    [history.running.length - run.pausedCount, 'running'],
    [run.pausedCount, 'paused'],
    [count(STATE_CODES.pruned), 'pruned'],
    [count(STATE_CODES.failed), 'failed'],
  ] as const;
  return [
    `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`,
    `${done}${trials === Infinity ? '' : `/${trials}`} trials`,
    ...(run.awaySince === undefined
      ? []
      : [`storage out of reach for ${formatDuration(Date.now() - run.awaySince)}`]),
    run.isInterrupted
      ? 'finishing; Ctrl-C again aborts'
      : run.isWaiting
        ? waitingFor(history.running)
        : timeLeft(run, done, elapsed),
    bestText(study),
    counts
      .filter(([n]) => n > 0)
      .map(([n, state]) => `${n} ${state}`)
      .join(', '),
  ]
    .join('  ')
    .trimEnd();
}

/** As many of the parts of a line as fit into `width`: half a part may say something else. */
export function fitLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const end = line.lastIndexOf('  ', width);
  return line.slice(0, end === -1 ? width : end);
}

function bestText<P>(study: Study<P>): string {
  if (study.directions.length > 1) return `${study.pareto.length} on the Pareto front`;
  const { bestValue } = study.progress;
  return bestValue === undefined
    ? 'no result yet'
    : `best ${Number(bestValue.toPrecision(6))} (#${study.best.number})`;
}

function waitingFor(trials: readonly number[]): string {
  return trials.length === 1
    ? `waiting for trial ${trials[0]} of another process`
    : `waiting for ${trials.length} trials of other processes`;
}

/** Until the earlier end, going by the pace of this run so far. */
function timeLeft(run: RunProgress, done: number, elapsed: number): string {
  const { trials, timeoutMs } = run.options;
  const byPace =
    trials === Infinity || run.finished === 0 ? Infinity : ((trials - done) * elapsed) / run.finished;
  const left = Math.min(byPace, timeoutMs - elapsed);
  return left === Infinity ? `${formatDuration(elapsed)} gone` : `${formatDuration(Math.max(0, left))} left`;
}
