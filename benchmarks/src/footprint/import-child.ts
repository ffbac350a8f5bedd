/** Prints how many ms the import of `@tunable/core` took. */
const start = performance.now();
await import('@tunable/core');
console.log(performance.now() - start);
