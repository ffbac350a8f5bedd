/**
 * A time as Optuna's tables keep it: UTC without saying so, and microseconds.
 *
 * @param ms milliseconds since 1970 (UTC).
 * @example printTimestamp(0) // '1970-01-01 00:00:00.000000'
 */
export function printTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1).replace('T', ' ')}000`;
}

/** A time as Optuna 5 writes it into journal files: `1970-01-01T00:00:00.000000+00:00`. */
export function printIsoTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000+00:00`;
}

/**
 * Reads a time of Optuna's, in milliseconds since 1970; parts of a millisecond are dropped. NaN for what is no time.
 *
 * @param text `2026-11-23 10:02:41.951149`, or with a `T` and an offset.
 * @param zone what a time without an offset means: UTC, as Optuna 5's tables have it, or the local time of this
 *   machine, as journals of Optuna 4 and older have it.
 */
export function parseTimestamp(text: string, zone: 'utc' | 'local' = 'utc'): number {
  const parts = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/.exec(
    text.trim(),
  );
  if (parts === null) return Number.NaN;
  const [, date, time, fraction = '', offset] = parts;
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3);
  return Date.parse(
    `${date}T${time?.length === 5 ? `${time}:00` : time}.${milliseconds}${offset ?? (zone === 'utc' ? 'Z' : '')}`,
  );
}
