import type { ViteUserConfig } from 'vitest/config';

/** What every package's vitest.config.ts shares: unit tests, type tests, and a report that CI can count. */
export const shared: ViteUserConfig = {
  test: {
    include: ['src/**/*.test.ts'],
    passWithNoTests: true,
    testTimeout: 30_000,
    reporters: [process.stdout.isTTY ? 'default' : 'dot', 'json'],
    outputFile: { json: 'reports/tests.json' },
    typecheck: {
      enabled: true,
      checker: 'tsc',
      include: ['src/**/*.test-d.ts'],
      tsconfig: './tsconfig.test.json',
      // Errors elsewhere are found by `npm run build` and `npm run typecheck`; here only type tests count.
      ignoreSourceErrors: true,
    },
  },
};
