export { paramCodecFromTrials } from './codec-from-trials.ts';
export { areCompatible, parseDistribution, type Distribution } from './distribution.ts';
export {
  isList,
  isObject,
  parsePythonJson,
  printPythonJson,
  toJsonValue,
  type PythonJson,
} from './python-json.ts';
export { OPTUNA_STATES, STATE_NUMBERS } from './states.ts';
export { FIXED_PARAMS, readConstraints, writeConstraints } from './system-attributes.ts';
export { parseTimestamp, printIsoTimestamp } from './timestamp.ts';
export { paramCodec, type ParamCodec, type TrialParam } from './trial-params.ts';
