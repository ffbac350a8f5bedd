import type { SpaceJSON } from '@tunable/core';

import type { Connection } from './database.ts';
import { paramCodecFromTrials, type TrialOfPython } from './optuna/codec-from-trials.ts';
import type { ParamCodec, TrialParam } from './optuna/trial-params.ts';

/** The space of a study of Optuna's, as far as its trials show it. */
export async function inferSpace(
  connection: Connection,
  study: number,
): Promise<{ readonly space: SpaceJSON; readonly codec: ParamCodec }> {
  const states = await connection.query<[id: number, state: string]>(
    'SELECT trial_id, CAST(state AS TEXT) FROM trials WHERE study_id = ? ORDER BY number',
    [study],
  );
  const params = await connection.query<[id: number, name: string, value: number, distribution: string]>(
    `SELECT p.trial_id, p.param_name, p.param_value, p.distribution_json
      FROM trial_params p JOIN trials t ON t.trial_id = p.trial_id WHERE t.study_id = ? ORDER BY p.param_id`,
    [study],
  );
  const trials = new Map<number, TrialOfPython & { params: TrialParam[] }>();
  for (const [id, state] of states) trials.set(id, { state, params: [] });
  for (const [id, name, value, distribution] of params)
    trials.get(id)?.params.push({ name, value, distribution });
  const codec = paramCodecFromTrials(trials.values());
  return { space: codec.space.toJSON(), codec };
}
