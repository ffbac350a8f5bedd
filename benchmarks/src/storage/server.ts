import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(
  new URL('../../../packages/postgres/src/fixtures/server-process.mjs', import.meta.url),
);

/** A PostgreSQL server with its default settings; undefined where no binaries are installed. */
export async function startServer(): Promise<{ url: string; close(): Promise<void> } | undefined> {
  const child = spawn(process.execPath, [program, '--max_connections=200'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  if (!line.startsWith('postgres:')) return undefined;
  return {
    url: line,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
