/**
 * npm run vault -- status | rotate [--dry-run] | key
 *
 * Exit code 0: done; 1: something sealed here does not open with these keys; 2: it could not be done at all.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import {
  countByKey,
  createVault,
  generateVaultKey,
  loadVaultKeys,
  rotateCredentials,
  type Vault,
  vaultKeysProblem,
} from '../../server/payments/vault/index.ts';
import { isStoreAway, type Pool, sqlState } from '../../server/stores/index.ts';
import { PlainError } from '../../server/stores/plain-error.ts';
import { withDatabase } from './venue-database.ts';

const USAGE = `Usage: npm run vault -- status              how many secrets stand under which key
                        rotate [--dry-run]  seals all of them anew under the first key
                        key                 prints a new key for HOLDFAST_VAULT_KEYS`;

const DONE = 0;
const UNREADABLE = 1;
const FAILED = 2;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

class UsageError extends Error {}

/** The keys the servers use: a key made just now would open nothing. */
function openVault(): Vault {
  const { HOLDFAST_VAULT_KEYS, HOLDFAST_DATA } = process.env;
  const dataDir = resolve(HOLDFAST_DATA ?? '.holdfast');
  const problem = HOLDFAST_VAULT_KEYS ? vaultKeysProblem(HOLDFAST_VAULT_KEYS) : null;
  if (problem) throw new PlainError(problem.problem, problem.remedy);
  if (!HOLDFAST_VAULT_KEYS && !existsSync(join(dataDir, 'keys', 'vault.keys')))
    throw new PlainError(
      'HOLDFAST_VAULT_KEYS is not set, and there are no development keys here.',
      'Run this with the environment of your servers.',
    );
  return createVault(loadVaultKeys({ vaultKeys: HOLDFAST_VAULT_KEYS || undefined, dataDir }));
}

async function status(db: Pool, vault: Vault): Promise<number> {
  const counted = new Map((await countByKey(db)).map(({ keyId, secrets }) => [keyId, secrets]));
  const missing = [...counted.keys()].filter((id) => !vault.keyIds.includes(id));
  for (const id of [...vault.keyIds, ...missing]) {
    const secrets = counted.get(id) ?? 0;
    const note = missing.includes(id)
      ? 'THIS KEY IS MISSING: they do not open'
      : id === vault.firstKeyId
        ? 'seals'
        : secrets === 0
          ? 'no longer needed'
          : 'opens only: rotate before you take it away';
    say(`${id.padEnd(32)} ${String(secrets).padStart(6)}  ${note}`);
  }
  return missing.length > 0 ? UNREADABLE : DONE;
}

async function rotate(db: Pool, vault: Vault, dryRun: boolean): Promise<number> {
  const { resealed, overtaken, unreadable } = await rotateCredentials(db, vault, { dryRun });
  for (const problem of unreadable) complain(problem);
  say(
    dryRun
      ? `${resealed} secrets would be sealed anew under ${vault.firstKeyId}. Nothing was changed.`
      : `${resealed} secrets are sealed anew under ${vault.firstKeyId}.`,
  );
  if (overtaken > 0) say(`${overtaken} were written anew meanwhile.`);
  if (unreadable.length > 0)
    complain(`${unreadable.length} do not open with these keys and stay as they are.`);
  return unreadable.length > 0 ? UNREADABLE : DONE;
}

async function run(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' } },
  });
  const [verb, ...more] = positionals;
  const dryRun = values['dry-run'] ?? false;
  if (more.length > 0 || (dryRun && verb !== 'rotate')) throw new UsageError(`${verb}: not so`);
  if (verb === 'key') {
    say(generateVaultKey());
    return DONE;
  }
  if (verb !== 'status' && verb !== 'rotate') throw new UsageError('Name what to do.');
  const vault = openVault();
  return withDatabase((db) => (verb === 'status' ? status(db, vault) : rotate(db, vault, dryRun)));
}

function explain(err: unknown): string {
  if (err instanceof UsageError || (err as { code?: string }).code?.startsWith('ERR_PARSE_ARGS'))
    return `${(err as Error).message}\n${USAGE}`;
  if (sqlState(err) === '42P01')
    return 'This database keeps no credentials yet.\n  Start Holdfast on it once: npm start.';
  if (isStoreAway(err as Error)) return `The database does not answer: ${(err as Error).message}`;
  return err instanceof Error && !(err instanceof PlainError)
    ? (err.stack ?? err.message)
    : (err as Error).message;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (err) {
  complain(explain(err));
  process.exitCode = FAILED;
}
