/** One thing that an implementation must do. Runner-neutral: `for (const c of checks) test(c.name, c.run)`. */
export interface Check {
  /** The rule, as a sentence about the implementation: 'proposes only inside the bounds'. */
  readonly name: string;
  /** Resolves if the rule holds; rejects with a {@link CheckError} that says what was seen. */
  readonly run: () => Promise<void>;
}

/** An implementation broke a rule. */
export class CheckError extends Error {
  /** `'CheckError'`: tells a broken rule from an error that the implementation itself threw. */
  override readonly name: string = 'CheckError';
}

/** Throws a {@link CheckError} unless `condition` holds. */
export function ensure(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new CheckError(message());
}

/** Throws a {@link CheckError} unless both values have the same JSON, NaN and infinities told apart. */
export function ensureEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, e] = [toText(actual), toText(expected)];
  ensure(a === e, () => `${what}: expected ${e}, got ${a}`);
}

function toText(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    typeof v === 'number' && !Number.isFinite(v)
      ? String(v)
      : ArrayBuffer.isView(v)
        ? Array.from(v as unknown as ArrayLike<unknown>)
        : v,
  );
}
