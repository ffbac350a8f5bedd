import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  dismissWorkers,
  IMPATIENT,
  outcomeOf,
  startWorker,
  type Plan,
  type Site,
} from '@tunable/rdb/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqlite } from '../sqlite.ts';

/** Options of `unshare`: runs a command with a view of the disks of its own; as somebody else than root, where the system allows that. */
const UNSHARE = ['--mount', ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'])];

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', [...UNSHARE, 'mount', '-t', 'tmpfs', 'tmpfs', tmpdir()], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunable-disk-'));
  await mkdir(join(folder, 'disk'));
  await mkdir(join(folder, 'kept'));
});
afterAll(async () => {
  dismissWorkers();
  await rm(folder, { recursive: true, force: true });
});

/** Runs a worker on a small disk, which only it sees, and keeps what is on it in the end. */
function onDisk(script: string): readonly string[] {
  return ['unshare', ...UNSHARE, 'sh', '-c', `disk='${folder}/disk' kept='${folder}/kept'; ${script}`, 'sh'];
}

function planAt(place: string): [Site, Plan] {
  const storage = { module: '@tunable/sqlite', place, options: IMPATIENT } as const;
  return [
    { storage, open: () => sqlite(place, IMPATIENT) },
    { storage, study: 'shared', trials: 100_000 },
  ];
}

describe.skipIf(!canMount)(
  `a disk that takes no more${canMount ? '' : ' (skipped: no small disk can be mounted here)'}`,
  () => {
    it('that is full: the run ends with a clear error, nothing acknowledged is lost, and the study can go on', async () => {
      const [, plan] = planAt(join(folder, 'disk/study.db'));
      const full = startWorker(
        plan,
        onDisk('mount -t tmpfs -o size=1m tmpfs "$disk"; "$@"; cp "$disk"/study.db* "$kept"'),
      );
      const events = await full.gone;
      expect(events.at(-1)).toMatchObject({
        event: 'failed',
        name: 'StorageError',
        message: expect.stringMatching(/study\.db.*full/) as unknown,
      });
      const acknowledged = events.filter(({ event }) => event === 'acknowledged').length;
      expect(acknowledged).toBeGreaterThan(10);
      const [site, later] = planAt(join(folder, 'kept/study.db'));
      const worker = startWorker({ ...later, trials: acknowledged + 20 });
      const outcome = await outcomeOf(site, later, [worker], [events.slice(0, -1)]);
      expect(outcome.complete).toBeGreaterThanOrEqual(acknowledged + 20);
    }, 60_000);

    it('that is mounted read-only: a clear error before anything is evaluated', async () => {
      const [, made] = planAt(join(folder, 'study.db'));
      await startWorker({ ...made, trials: 3 }).gone;
      await cp(join(folder, 'study.db'), join(folder, 'kept/study.db'), { force: true });
      const [, plan] = planAt(join(folder, 'disk/study.db'));
      const events = await startWorker(
        plan,
        onDisk(
          'mount -t tmpfs tmpfs "$disk"; cp "$kept/study.db" "$disk"; mount -o remount,ro tmpfs "$disk"; "$@"',
        ),
      ).gone;
      expect(events.at(-1)).toMatchObject({
        event: 'failed',
        name: 'StorageError',
        message: expect.stringMatching(/study\.db' cannot be opened: .* write to the directory/) as unknown,
      });
      expect(events.some(({ event }) => event === 'started')).toBe(false);
    }, 60_000);
  },
);
