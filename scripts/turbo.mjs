// Runs turbo with telemetry off. With --quiet as the first argument its output is shown only if it fails.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

const args = process.argv.slice(2);
const quiet = args[0] === '--quiet';
if (quiet) args.shift();

const turbo = createRequire(import.meta.url).resolve('turbo/bin/turbo');
const child = spawn(process.execPath, [turbo, ...args], {
  stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  env: {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    TURBO_NO_UPDATE_NOTIFIER: '1',
    DO_NOT_TRACK: '1',
    // Without these, every task begins with npm's two header lines, and logs are full of colour codes.
    npm_config_loglevel: 'silent',
    ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
  },
});

/** @type {Buffer[]} */
const output = [];
child.stdout?.on('data', (chunk) => output.push(chunk));
child.stderr?.on('data', (chunk) => output.push(chunk));
// A Ctrl-C reaches turbo too; wait for it instead of leaving it behind.
process.on('SIGINT', () => {});
child.on('error', (error) => {
  console.error(error);
  process.exitCode = 1;
});
child.on('close', (code, signal) => {
  if (code !== 0) process.stderr.write(Buffer.concat(output));
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
