import type { Signals } from '@tunable/rdb';
import type { Client } from 'pg';

/** How long to wait before listening again after the connection was lost, in milliseconds. */
const AGAIN_MS = 5_000;

/**
 * LISTEN and NOTIFY, over one connection of its own for as long as anybody listens. What is sent while that connection is
 * down is not heard; messages only save waiting.
 *
 * @param connect makes a client that is not connected yet.
 * @param prefix tells the topics of one schema from those of another.
 */
export function postgresSignals(connect: () => Client, prefix: string): Signals {
  const listeners = new Map<string, Set<() => void>>();
  let client: Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const listen = async (): Promise<void> => {
    const mine = connect();
    client = mine;
    const again = (): void => {
      if (client !== mine) return;
      client = undefined;
      timer = setTimeout(() => void listen(), AGAIN_MS).unref();
    };
    mine.on('error', again);
    mine.on('end', again);
    mine.on('notification', ({ payload }) => {
      for (const heard of listeners.get(payload ?? '') ?? []) heard();
    });
    try {
      await mine.connect();
      // Who does nothing but listen is done.
      (mine as Client & { unref(): void }).unref();
      await mine.query(`LISTEN ${CHANNEL}`);
    } catch {
      again();
    }
  };

  const stop = async (): Promise<void> => {
    clearTimeout(timer);
    const closing = client;
    client = undefined;
    await closing?.end().catch(() => {});
  };

  return {
    async send(connection, topic) {
      await connection.query(`SELECT 1 FROM (SELECT pg_notify('${CHANNEL}', ?)) AS sent`, [
        `${prefix}/${topic}`,
      ]);
    },
    async listen(topic, heard) {
      const key = `${prefix}/${topic}`;
      const those = listeners.get(key) ?? new Set();
      those.add(heard);
      const isFirst = listeners.size === 0;
      listeners.set(key, those);
      if (isFirst) await listen();
      return async () => {
        those.delete(heard);
        if (those.size === 0) listeners.delete(key);
        if (listeners.size === 0) await stop();
      };
    },
  };
}

const CHANNEL = 'tunable';
