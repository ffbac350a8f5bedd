import { createStudy, float, space, StudyError } from '@tunable/core';
import { Pool } from 'pg';
import { expect, test } from 'vitest';

import { absent, freshDatabase } from './fixtures/database.ts';
import { postgres } from './postgres.ts';

test.skipIf(absent !== undefined)('a schema that several need at once is made once', async () => {
  const pool = new Pool({ connectionString: await freshDatabase() });
  for (let round = 0; round < 10; round++) {
    const storage = () => postgres(pool, { schema: `it's "${round}"` });
    const results = await Promise.allSettled(
      [1, 2, 3, 4].map(() =>
        createStudy({ space: space({ x: float(0, 1) }), storage: storage(), name: 's' }),
      ),
    );
    const refused = results.filter((result) => result.status === 'rejected').map(({ reason }) => reason);
    expect(refused).toEqual(Array.from({ length: 3 }, () => expect.any(StudyError)));
  }
  await pool.end();
});
