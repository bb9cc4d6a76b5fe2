/**
 * `npm run load`: starts a Holdfast on stores of its own (loopback only), mints fans, opens a drop, lets k6 loose on it
 * (drop.ts) and then asks the ledger whether every invariant holds. Ends with k6's exit code, or 1.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchWorld, print } from '../scripts/bench/world.ts';
import { generateKeys, keyRingFrom } from '../server/keys/index.ts';
import { brokenInvariants, checkInvariants } from '../server/operations/index.ts';
import { onPath } from '../server/stores/system-packages.ts';
import { mintAccounts } from './accounts.ts';
import { startProcess } from './processes.ts';

const VUS = Number(process.env.VUS ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 60);
const TIERS = [
  { name: 'Floor', priceCents: 6840, currency: 'EUR', quantity: 600 },
  { name: 'Balcony', priceCents: 4920, currency: 'EUR', quantity: 900 },
  { name: 'Restricted view', priceCents: 3100, currency: 'EUR', quantity: 500 },
];

function findK6(): string {
  const k6 = onPath(
    ['k6'],
    `${process.env.PATH}:${join(process.env.GOPATH ?? join(homedir(), 'go'), 'bin')}`,
  );
  if (k6) return k6;
  process.stderr.write('k6 was not found. Install it with: go install go.k6.io/k6@latest\n');
  process.exit(2);
}

const k6 = findK6();
const world = await benchWorld();
const jwks = generateKeys();
const holdfast = await startProcess('api,edge,worker', {
  DATABASE_URL: world.databaseUrl,
  REDIS_URL: world.redisUrl,
  HOLDFAST_DATA: `${world.dir}/data`,
  HOLDFAST_KEYS: JSON.stringify(jwks),
});
let code = 1;
try {
  const mint = { ...world, keys: keyRingFrom(jwks) };
  const fans = await mintAccounts(mint, Math.max(2_000, VUS * 20));
  const [vendor] = await mintAccounts(mint, 1, 'vendor');
  const created = await fetch(`${holdfast.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${vendor?.token}` },
    body: JSON.stringify({
      title: 'Load test',
      type: 'concert',
      venue: { name: 'Harbour Hall' },
      status: 'published',
      tiers: TIERS,
      startsAt: new Date(world.clock.now() + 30 * 86_400_000).toISOString(),
      // Short times, so that calls and holds lapse while the test runs.
      drop: {
        opensAt: new Date(world.clock.now() - 1000).toISOString(),
        maxTurns: 120,
        claimSeconds: 10,
        turnSeconds: 20,
        holdSeconds: 10,
        limitPerFan: 4,
        overbook: 2,
      },
    }),
  });
  const event = (await created.json()) as { id: string; drop: { id: string }; tiers: { id: string }[] };
  if (created.status !== 201) throw new Error(`the event was not created: ${JSON.stringify(event)}`);
  const tokensFile = join(world.dir, 'tokens.json');
  writeFileSync(tokensFile, JSON.stringify(fans.map((fan) => fan.token)));
  code = await new Promise<number>((resolve) => {
    const args = ['run', '--no-usage-report', fileURLToPath(new URL('./drop.ts', import.meta.url))];
    const env = {
      ...process.env,
      K6_NO_USAGE_REPORT: 'true',
      BASE_URL: holdfast.url,
      SOCKET_URL: holdfast.socketUrl?.replace('http', 'ws'),
      DROP: event.drop.id,
      EVENT: event.id,
      TIERS: event.tiers.map((tier) => tier.id).join(),
      TOKENS: tokensFile,
      VUS: String(VUS),
      SECONDS: String(SECONDS),
    };
    spawn(k6, args, { stdio: 'inherit', env }).on('exit', (status) => resolve(status ?? 1));
  });
  const broken = brokenInvariants(await checkInvariants(world.ledger.reads));
  const { rows } = await world.ledger.reads.raw.query(
    'select name, quantity, reserved_quantity as held, issued_quantity as sold from ticketing.ticket_tiers order by position',
  );
  for (const tier of rows)
    print(`${tier.name.padEnd(18)} ${tier.sold} sold, ${tier.held} held of ${tier.quantity}`);
  print(broken.length === 0 ? 'Every invariant of the ledger holds.' : `BROKEN\n${broken.join('\n')}`);
  if (broken.length > 0) code = 1;
} finally {
  await holdfast.stop();
  await world.close();
}
process.exit(code);
