/**
 * `npm run load`: starts a Holdfast on stores of its own (loopback only), prepares what is asked for, lets k6 loose on it and then
 * asks the ledger whether every invariant holds. Ends with k6's exit code, or 1.
 *
 *   npm run load             a live drop (drop.ts)
 *   npm run load -- browse   people who look around and buy (browse.ts); SCALE=2 on twice the data
 */
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchWorld, print } from '../scripts/bench/world.ts';
import { generateKeys, keyRingFrom } from '../server/keys/index.ts';
import { brokenInvariants, checkInvariants } from '../server/operations/index.ts';
import { onPath } from '../server/stores/system-packages.ts';
import { prepareBrowse } from './prepare-browse.ts';
import { prepareDrop, type Scenario } from './prepare-drop.ts';
import { type RunningProcess, startProcess } from './processes.ts';

const SCENARIOS: Record<string, Scenario> = { drop: prepareDrop, browse: prepareBrowse };
const VUS = Number(process.env.VUS ?? 200);
const SECONDS = Number(process.env.SECONDS ?? 60);

function findK6(): string {
  const k6 = onPath(
    ['k6'],
    `${process.env.PATH}:${join(process.env.GOPATH ?? join(homedir(), 'go'), 'bin')}`,
  );
  if (k6) return k6;
  process.stderr.write('k6 was not found. Install it with: go install go.k6.io/k6@latest\n');
  process.exit(2);
}

const [name = 'drop'] = process.argv.slice(2);
const prepare = SCENARIOS[name];
if (!prepare) {
  process.stderr.write(`There is no load test "${name}". Known: ${Object.keys(SCENARIOS).join(', ')}.\n`);
  process.exit(2);
}
const k6 = findK6();
const world = await benchWorld();
const jwks = generateKeys();
let holdfast: RunningProcess | undefined;
const start = async (): Promise<RunningProcess> => {
  holdfast ??= await startProcess('api,edge,worker', {
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    HOLDFAST_DATA: `${world.dir}/data`,
    HOLDFAST_SERVER_TIMING: name === 'browse' ? 'on' : 'off',
    HOLDFAST_KEYS: JSON.stringify(jwks),
  });
  return holdfast;
};
let code = 1;
try {
  const keys = keyRingFrom(jwks);
  const prepared = await prepare({
    world,
    keys,
    start: async () => (await start()).url as string,
    vus: VUS,
  });
  const { url, socketUrl } = await start();
  code = await new Promise<number>((resolve) => {
    const args = ['run', '--no-usage-report', fileURLToPath(new URL(`./${name}.ts`, import.meta.url))];
    const env = {
      ...process.env,
      K6_NO_USAGE_REPORT: 'true',
      BASE_URL: url,
      SOCKET_URL: socketUrl?.replace('http', 'ws'),
      VUS: String(VUS),
      SECONDS: String(SECONDS),
      THINK_MS: process.env.THINK_MS ?? '3000',
      ...prepared.env,
    };
    spawn(k6, args, { stdio: 'inherit', env }).on('exit', (status) => resolve(status ?? 1));
  });
  const broken = brokenInvariants(await checkInvariants(world.ledger.reads));
  for (const line of await prepared.report(url as string)) print(line);
  print(broken.length === 0 ? 'Every invariant of the ledger holds.' : `BROKEN\n${broken.join('\n')}`);
  if (broken.length > 0) code = 1;
} finally {
  await holdfast?.stop();
  await world.close();
}
process.exit(code);
