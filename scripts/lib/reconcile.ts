/**
 * npm run reconcile -- payments [--dry-run] [--since <time>|--all] [--settled] [--json]
 *
 * Exit code 0: clean; 2: differences were found; 1: it could not be done.
 */
import process from 'node:process';
import { parseArgs } from 'node:util';
import { compose } from '../../server/compose.ts';
import { type Config, ConfigError, readConfig } from '../../server/config.ts';
import { createIds, createLog, systemClock } from '../../server/kernel/index.ts';
import { loadKeyRing } from '../../server/keys/index.ts';
import { LIMITS } from '../../server/limits.ts';
import {
  createReconciler,
  type Difference,
  type Fate,
  money,
  type Ran,
  subjectKey,
} from '../../server/reconciliation/index.ts';
import { runningPostgres, runningRedis, startPostgres } from '../../server/stores/embedded.ts';
import { connectGate, connectLedger } from '../../server/stores/index.ts';
import { migrate } from '../../server/stores/migrate.ts';
import { PlainError } from '../../server/stores/plain-error.ts';

const USAGE = `Usage: npm run reconcile -- payments [options]   ledger against provider against tickets
  --dry-run        compare and tell; write nothing, mend nothing
  --since <time>   what was paid since, such as 2026-11-20 or 2026-11-20T18:00Z
  --all            everything there is
  --settled        nothing is in flight: compare also what changed a moment ago
  --json           one JSON object instead of a table`;

const CLEAN = 0;
const FAILED = 1;
const DIFFERENT = 2;
/** Where no gate is to be found: everything that matters is in the ledger, and workers tell the gate later. */
const NO_GATE = 'redis://127.0.0.1:1';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

class UsageError extends Error {}

interface Wanted {
  dryRun: boolean;
  since: number | 'all' | undefined;
  settled: boolean;
  json: boolean;
}

function readArguments(args: readonly string[]): Wanted {
  const options = {
    'dry-run': { type: 'boolean', default: false },
    since: { type: 'string' },
    all: { type: 'boolean', default: false },
    settled: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  } as const;
  const { values, positionals } = (() => {
    try {
      return parseArgs({ args: [...args], options, allowPositionals: true });
    } catch (err) {
      throw new UsageError((err as Error).message);
    }
  })();
  if (positionals.length !== 1 || positionals[0] !== 'payments') throw new UsageError('Say: payments.');
  if (values.all && values.since !== undefined) throw new UsageError('Say --since or --all, not both.');
  const since = values.since === undefined ? undefined : Date.parse(values.since);
  if (since !== undefined && Number.isNaN(since)) throw new UsageError(`"${values.since}" is no time.`);
  return {
    dryRun: values['dry-run'],
    since: values.all ? 'all' : since,
    settled: values.settled,
    json: values.json,
  };
}

interface Found {
  difference: Difference;
  fate: Fate;
}

async function compareOn(config: Config, databaseUrl: string, wanted: Wanted, found: Found[]): Promise<Ran> {
  const log = createLog('silent', 'reconcile');
  const clock = systemClock;
  const ids = createIds(clock.now);
  const ledger = connectLedger(databaseUrl, undefined, log);
  const gate = connectGate(config.redisUrl ?? runningRedis(config) ?? NO_GATE, log);
  const notify = { toUser: () => undefined, toVendor: () => undefined };
  const house = compose({ config, clock, ids, log, ledger, gate, keys: loadKeyRing(config), notify });
  const reconciler = createReconciler({
    ledger,
    clock,
    ids,
    log,
    providers: house.providers,
    resume: house.checkout.resume,
    onDispute: house.refunds.onDispute,
    ...(wanted.settled ? { bounds: { graceMs: 0 } } : {}),
  });
  try {
    const ran = await reconciler.run({
      trigger: 'command',
      dryRun: wanted.dryRun,
      ...(wanted.since === undefined ? {} : { since: wanted.since }),
      onDifference(difference, fate) {
        if (found.length < LIMITS.reconcileShownMax) found.push({ difference, fate });
      },
    });
    if (!ran.ok)
      throw new PlainError(
        'Another reconciliation is running.',
        'Wait until it is over: GET /operations/reconciliations.',
      );
    return ran.value;
  } finally {
    await house.checkout.idle();
    await house.stop();
    gate.disconnect();
    await ledger.end();
  }
}

/** The configured database, the one of a Holdfast that runs here, or the embedded one, started for the moment. */
async function withDatabase(config: Config, work: (url: string) => Promise<Ran>): Promise<Ran> {
  const url = config.databaseUrl ?? runningPostgres(config);
  if (url) return work(url);
  complain('Starting the database for a moment …');
  const embedded = await startPostgres(config, complain, systemClock);
  try {
    await migrate(embedded.url);
    return await work(embedded.url);
  } finally {
    await embedded.stop();
  }
}

const FATES: Record<Fate, string> = {
  mended: 'mended',
  'would mend': 'would be mended',
  queued: 'waits for a person',
  decided: 'decided before',
};

function table(found: readonly Found[]): void {
  const rows = found.map(({ difference: { kind, amountCents, currency }, fate }) => [
    kind,
    amountCents === null || currency === null ? '' : money(amountCents, currency),
    FATES[fate],
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  for (const [at, row] of rows.entries()) {
    say(
      row
        .map((cell, i) => (i === 1 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
        .trimEnd(),
    );
    say(`    ${found[at]?.difference.explanation ?? ''}`);
  }
  if (rows.length > 0) say('');
}

function verdict({ tally, error }: Ran, dryRun: boolean): string {
  const { payments, charges, tickets, found, mended, queued, duplicates } = tally;
  const compared = `${payments} payments, ${charges} charges and ${tickets} tickets compared`;
  if (error) return `NOT FINISHED: ${error} (${compared}; ${found} differences so far).`;
  if (found === 0) return `CLEAN: ${compared}.`;
  const twice = duplicates > 0 ? `; ${duplicates} of them carts paid twice` : '';
  const done = dryRun ? 'nothing was changed' : `${mended} mended, ${queued} waiting for a person`;
  return `DIFFERENCES: ${found} found, ${done}${twice} (${compared}).`;
}

const asJson = (ran: Ran, found: readonly Found[], dryRun: boolean): string =>
  JSON.stringify({
    verdict: ran.error ? 'not finished' : ran.tally.found === 0 ? 'clean' : 'differences',
    dryRun,
    ...ran.tally,
    error: ran.error,
    differences: found.map(({ difference, fate }) => ({
      kind: difference.kind,
      subject: subjectKey(difference.subject),
      explanation: difference.explanation,
      orderId: difference.subject.orderId,
      paymentId: difference.subject.paymentId,
      amountCents: difference.amountCents,
      currency: difference.currency,
      fate,
    })),
  });

async function main(args: readonly string[]): Promise<number> {
  const wanted = readArguments(args);
  const config = readConfig(process.env);
  const found: Found[] = [];
  const ran = await withDatabase(config, (url) => compareOn(config, url, wanted, found));
  if (wanted.json) say(asJson(ran, found, wanted.dryRun));
  else {
    table(found);
    say(verdict(ran, wanted.dryRun));
  }
  if (ran.error) return FAILED;
  return ran.tally.found === 0 ? CLEAN : DIFFERENT;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (err) {
  if (err instanceof UsageError) complain(`${err.message}\n${USAGE}`);
  else if (err instanceof PlainError || err instanceof ConfigError) complain(err.message);
  else complain(err instanceof Error ? (err.stack ?? err.message) : String(err));
  process.exitCode = FAILED;
}
