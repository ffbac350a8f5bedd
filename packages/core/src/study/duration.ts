import { InvalidArgumentError } from '../errors.ts';
import { show } from '../json.ts';

/** Milliseconds, or a number with a unit: `'500ms'`, `'30s'`, `'10m'`, `'1.5h'`, `'2d'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 };

/**
 * The milliseconds of a duration.
 *
 * @param owner the call and option, for the message.
 * @throws {InvalidArgumentError} anything but a positive number or text of that form.
 */
export function toMilliseconds(owner: string, duration: Duration): number {
  const match = typeof duration === 'string' ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(duration) : null;
  const ms = match === null ? duration : Number(match[1]) * (UNITS[match[2] as string] as number);
  if (typeof ms === 'number' && ms > 0 && ms < Infinity) return ms;
  throw new InvalidArgumentError(
    `${owner} must be a positive number of milliseconds or a text such as '30s', '10m' or '1.5h', not ${show(duration)}`,
  );
}

/** A duration for people: `0.4 s`, `12 s`, `3:07`, `1:02:09`. */
export function formatDuration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 60_000) return `${Math.round(ms / 1000)} s`;
  const total = Math.round(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(seconds).padStart(2, '0')}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
