// Adds up the test reports of all packages and prints "passed failed skipped".
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const counts = { passed: 0, failed: 0, skipped: 0 };
const groups = ['packages', 'examples'].map((group) =>
  readdirSync(join(root, group)).map((name) => [group, name]),
);
for (const workspace of [['benchmarks'], ...groups.flat()]) {
  const path = join(root, ...workspace, 'reports', 'tests.json');
  if (!existsSync(path)) continue;
  const report = JSON.parse(readFileSync(path, 'utf8'));
  counts.passed += report.numPassedTests;
  counts.skipped += report.numPendingTests + report.numTodoTests;
  // A test file that cannot even be loaded has no test of its own to count.
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  counts.failed += report.numFailedTests + broken.length;
}
console.log(counts.passed, counts.failed, counts.skipped);
