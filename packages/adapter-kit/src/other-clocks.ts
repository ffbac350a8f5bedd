/**
 * Does `work` while the clocks (`Date`, `performance.now`) give numbers that they never gave before: what depends on them comes out
 * different.
 *
 * @param work synchronous.
 */
export function withOtherClocks<T>(work: () => T): T {
  const RealDate = globalThis.Date;
  const realNow = Object.getOwnPropertyDescriptor(performance, 'now');
  let calls = 0;
  const now = (): number => 4e12 + 977_777 * ++calls;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args: unknown[]) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args) as Date,
    get: (target, name) => (name === 'now' ? now : (Reflect.get(target, name) as unknown)),
  });
  performance.now = now;
  try {
    return work();
  } finally {
    globalThis.Date = RealDate;
    if (realNow === undefined) Reflect.deleteProperty(performance, 'now');
    else Object.defineProperty(performance, 'now', realNow);
  }
}
