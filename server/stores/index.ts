export { isStoreAway } from './away.ts';
export {
  type Cache,
  type Copies,
  createKeeping,
  type Had,
  type Keeping,
  keepNothing,
} from './cache/index.ts';
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
  connectCache,
  connectGate,
  connectPatient,
  luaFile,
  type Redis,
  runScript,
  runScriptBytes,
  type Script,
} from './redis.ts';
export { repeating } from './repeating.ts';
