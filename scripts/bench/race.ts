/** `npm run bench -- race`: 2,000 fans, 500 tickets, two edges; FLUSHALL in one run, SIGKILL of an edge in the other. */
import { mintAccounts } from '../../load-tests/accounts.ts';
import { startProcess } from '../../load-tests/processes.ts';
import { race } from '../../load-tests/race.ts';
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import { showRace } from './show-race.ts';
import { benchWorld } from './world.ts';

const FANS = 2_000;
const TICKETS = [300, 150, 50];

const world = await benchWorld();
const jwks = generateKeys();
const env = {
  DATABASE_URL: world.databaseUrl,
  REDIS_URL: world.redisUrl,
  HOLDFAST_DATA: `${world.dir}/data`,
  HOLDFAST_KEYS: JSON.stringify(jwks),
};
const processes = [await startProcess('edge,worker', env), await startProcess('edge', env)];
const edges = processes.map((p) => p.socketUrl as string);
const setUp = async () => {
  const event = await world.createEvent({
    tiers: TICKETS.map((quantity) => ({ quantity })),
    drop: { hasLine: true, limitPerFan: 4, maxTurns: 5_000, overbook: 100 },
  });
  const fans = await mintAccounts({ ...world, keys: keyRingFrom(jwks) }, FANS);
  return { ...world, fans, dropId: event.dropId as string, tierIds: event.tierIds };
};
try {
  // A fan wants one tier and stops when it is gone, so each tier has far more takers than tickets.
  showRace(
    'FLUSHALL',
    await race({ ...(await setUp()), edges, breakAt: 0.3, break: () => world.gate.flushall() }),
  );
  showRace(
    'SIGKILL of an edge',
    await race({
      ...(await setUp()),
      edges,
      breakAt: 0.3,
      break: () => (processes[1] as (typeof processes)[number]).stop('SIGKILL'),
    }),
  );
} finally {
  await (processes[0] as (typeof processes)[number]).stop();
  await world.close();
}
