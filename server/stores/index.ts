export { isStoreAway } from './away.ts';
export { columnsOf } from './columns.ts';
export { createGroupCommit, type GroupCommit } from './group-commit.ts';
export {
  connectLedger,
  createPool,
  type Db,
  isOutcomeUnknown,
  isRepeatable,
  type Ledger,
  type Pool,
  type Statement,
  sqlFile,
  sqlState,
  statement,
  unprepared,
} from './postgres.ts';
export { createReadTogether } from './read-together.ts';
export {
  assertRedisFit,
  connectGate,
  connectPatient,
  luaFile,
  type Redis,
  runScript,
  runScriptBytes,
  type Script,
} from './redis.ts';
export { repeating } from './repeating.ts';
