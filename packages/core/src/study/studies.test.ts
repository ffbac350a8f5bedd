import { describe, expect, test } from 'vitest';
import {
  copyStudy,
  createStudy,
  deleteStudy,
  float,
  listStudies,
  memory,
  openStudy,
  space,
  type Storage,
} from '../index.ts';

const square = space({ x: float(-1, 1) });

describe('copyStudy, listStudies and deleteStudy', () => {
  test('copy everything a study knows; what is running waits in the copy', async () => {
    const [from, to] = [memory(), memory()];
    const study = await createStudy({
      space: square,
      storage: from,
      name: 's',
      seed: 3,
      attributes: { a: 1 },
    });
    await study.optimize(
      async ({ x }, trial) => {
        await trial.report(0, x);
        await new Promise((resolve) => setTimeout(resolve, 10 * Math.abs(x)));
        if (x > 0.5) throw new Error('too large');
        return { value: x, attributes: { sign: Math.sign(x) } };
      },
      { trials: 10, concurrency: 4 },
    );
    await study.ask();
    await study.enqueue({ x: 1 });
    await copyStudy({ from, to, name: 's', as: 'copy' });
    const copy = await openStudy({ space: square, storage: to, name: 'copy' });
    const [original, copied] = [study.toJSON(), copy.toJSON()];
    expect(copied.study).toEqual({ ...original.study, name: 'copy' });
    expect(copied.finished).toEqual(original.finished);
    expect(copied.trials.slice(0, 10)).toEqual(original.trials.slice(0, 10));
    expect(copied.trials.slice(10).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    expect((await copy.ask()).number).toBe(10);
    expect(study.history.states[10]).toBe(0);
  });

  test('refuse what is not there, or there already', async () => {
    const storage = memory();
    await createStudy({ space: square, storage, name: 'a' });
    await copyStudy({ from: storage, to: storage, name: 'a', as: 'b' });
    expect((await listStudies(storage)).map(({ name }) => name)).toEqual(['a', 'b']);
    const again = { from: storage, to: storage, name: 'a' };
    await expect(copyStudy(again)).rejects.toMatchObject({ code: 'study_exists' });
    await expect(copyStudy({ ...again, name: 'c' })).rejects.toMatchObject({ code: 'study_not_found' });
    await expect(copyStudy({ ...again, as: '' })).rejects.toThrow(/name of the copy must be a text/);
    await expect(copyStudy({ ...again, to: {} as Storage })).rejects.toThrow(/to must be a storage/);
    await expect(copyStudy({ ...again, name: undefined as never })).rejects.toThrow(
      /copyStudy: name must be a/,
    );
    await deleteStudy(storage, 'a');
    await expect(deleteStudy(storage, 'a')).rejects.toMatchObject({ code: 'study_not_found' });
    expect(await listStudies(storage)).toHaveLength(1);
    await expect(listStudies('x' as never)).rejects.toThrow(/storage must be a storage such as memory/);
  });
});

test.each([undefined, null, '', 7])('a name that is %j is refused: no study is meant by it', async (name) => {
  const storage = memory();
  await createStudy({ space: square, storage, name: 'only' });
  const given = { storage, name: name as string };
  const message = /name must be a text that is not empty, not/;
  await expect(openStudy(given)).rejects.toThrow(message);
  await expect(deleteStudy(storage, name as string)).rejects.toThrow(message);
});

test('createStudy refuses an empty name', async () => {
  await expect(createStudy({ space: square, name: '' })).rejects.toThrow(
    /createStudy: name must be a text that is not empty/,
  );
});

describe('openIfExists', () => {
  const line = { space: square, name: 's', openIfExists: true };

  test('lets the same line create a study and open it', async () => {
    const storage = memory();
    const studies = await Promise.all([1, 2, 3].map(() => createStudy({ ...line, storage })));
    expect(new Set(studies.map(({ seed }) => seed)).size).toBe(1);
    await studies[0]?.optimize(({ x }) => x, { trials: 3 });
    const later = await createStudy({ ...line, storage, attributes: { ignored: true } });
    expect([later.trials.length, later.attributes]).toEqual([3, {}]);
    const grown = await createStudy({ ...line, storage, space: space({ x: float(-2, 2) }) });
    expect(grown.trials).toHaveLength(3);
  });

  test('refuses another study, saying what differs', async () => {
    const storage = memory();
    await createStudy({ ...line, storage, seed: 7 });
    const attempt = (options: object) => createStudy({ ...line, storage, ...options });
    await expect(attempt({ seed: 7 })).resolves.toBeDefined();
    await expect(attempt({ seed: 8 })).rejects.toThrow(/'s' exists already, and its seed is 7, not 8/);
    await expect(attempt({ direction: 'maximize' })).rejects.toThrow(
      /its directions are \["minimize"\], not \["maximize"\]/,
    );
    await expect(attempt({ space: space({ y: float(0, 1) }) })).rejects.toThrow(/'x' is missing/);
    await expect(attempt({ openIfExists: 1 })).rejects.toThrow(/openIfExists must be true or false, not 1/);
    await expect(createStudy({ space: square, name: 's', storage })).rejects.toMatchObject({
      code: 'study_exists',
    });
  });
});
