import { expect, test } from 'vitest';
import { categorical, choice, createStudy, float, int, space } from '../index.ts';

test('a study as CSV: RFC 4180, safe for spreadsheets', async () => {
  const searched = space({
    x: float(-1, 1),
    activation: categorical(['=cmd()', 'a,"b"', [1, 2]]),
    optimizer: choice({ adam: { n: int(1, 3) }, sgd: {} }),
  });
  const study = await createStudy({ space: searched, seed: 1 });
  await study.addTrial(
    { x: -0.5, activation: '=cmd()', optimizer: { type: 'adam', n: 2 } },
    {
      value: Infinity,
      metrics: { m: -1 },
      constraints: [-1, 2],
      attributes: { '+note': 'two\nlines', n: null },
    },
  );
  await study.enqueue({ x: 0.25, activation: 'a,"b"', optimizer: { type: 'sgd' } });
  await study.optimize(
    () => {
      throw new RangeError('-5 is too small');
    },
    { trials: 2, maxInitialFailures: 9 },
  );
  await study.enqueue({ x: 1, activation: [1, 2], optimizer: { type: 'sgd' } });
  const times = study.trials.flatMap(({ startedAt, finishedAt, durationMs }) => [
    startedAt?.toISOString(),
    finishedAt?.toISOString(),
    (durationMs ?? 0) / 1000,
  ]);
  expect(study.toCSV()).toBe(
    [
      'number,state,value,params_x,params_activation,params_optimizer,params_optimizer.adam.n,metrics_m,constraints_0,constraints_1,attributes_+note,attributes_n,cost,by,why,attempt,failure,datetime_start,datetime_complete,duration',
      `0,complete,Infinity,-0.5,'=cmd(),adam,2,-1,-1,2,"two\nlines",,,added,,1,,${times[0]},${times[1]},${times[2]}`,
      `1,failed,,0.25,"a,""b""",sgd,,,,,,,,enqueued,,1,RangeError: -5 is too small,${times[3]},${times[4]},${times[5]}`,
      '2,waiting,,1,"[1,2]",sgd,,,,,,,,,,0,,,,',
      '',
    ].join('\r\n'),
  );
});

test('a study as CSV and JSON lines, with several objectives', async () => {
  const study = await createStudy({ space: space({ x: float(0, 1) }), directions: ['minimize', 'maximize'] });
  await study.optimize(({ x }) => [x, Number.NEGATIVE_INFINITY], { trials: 2 });
  const [names, first] = study.toCSV().split('\r\n');
  expect(names).toMatch(/^number,state,values_0,values_1,params_x,cost/);
  const x = study.trials[0]?.params.x as number;
  expect(first).toMatch(new RegExp(`^0,complete,${x},-Infinity,${x},`));
  const lines = study.toJSONL().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[2]).toBe('');
  expect(lines.slice(0, 2).map((line) => JSON.parse(line) as unknown)).toEqual(
    JSON.parse(JSON.stringify(study.toJSON().trials)),
  );
  expect(JSON.parse(lines[0] as string)).toMatchObject({ values: [x, '-Infinity'], params: { x } });
});
