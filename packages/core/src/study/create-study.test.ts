import { expect, it } from 'vitest';

import {
  createStudy,
  float,
  InvalidArgumentError,
  loadStudy,
  memory,
  openStudy,
  random,
  space,
  type Storage,
} from '../index.ts';

const SPACE = space({ x: float(0, 1) });

/** An optimizer that has something against every study. */
const unwilling = {
  ...random(),
  check: (): void => {
    throw new InvalidArgumentError('not this one');
  },
};

it.each([
  ['optimizer', unwilling, /not this one/],
  ['noisy', 'yes', /noisy must be true or false/],
])('a study that is refused for its %s is closed again', async (option, value, message) => {
  const storage = memory();
  let open = 0;
  const counting: Storage = {
    ...storage,
    open: async (name) => {
      const store = await storage.open(name);
      open++;
      const close = store.close.bind(store);
      store.close = async () => {
        open--;
        await close();
      };
      return store;
    },
  };
  await createStudy({ name: 's', space: SPACE, storage });
  await expect(openStudy({ name: 's', storage: counting, [option]: value })).rejects.toThrow(message);
  expect(open).toBe(0);
});

it('nothing is kept of a saved study that is refused', async () => {
  const json = (await createStudy({ name: 's', space: SPACE })).toJSON();
  const storage = memory();
  await expect(loadStudy(json, { storage, optimizer: unwilling })).rejects.toThrow(/not this one/);
  expect(await storage.list()).toEqual([]);
});
