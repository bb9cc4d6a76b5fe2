/** The race of two edges with seats: 2,000 fans, 500 seats of which everybody wants the same twenty; FLUSHALL, then SIGKILL. */
import { mintAccounts } from '../../load-tests/accounts.ts';
import { startProcess } from '../../load-tests/processes.ts';
import { race } from '../../load-tests/race.ts';
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import { hallMap, seatEvent } from '../../server/seating/testing.ts';
import { showRace } from './show-race.ts';
import { type BenchWorld, print } from './world.ts';

const FANS = 2_000;
const ROWS = 20;
const PER_ROW = 25;
/** So few seats are picked by hand at first: the middle of the first row. */
const WANTED = 20;

export async function seatRaces(world: BenchWorld): Promise<void> {
  print(`race: ${FANS} fans, ${ROWS * PER_ROW} seats, two edges`);
  const jwks = generateKeys();
  const env = {
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    HOLDFAST_DATA: `${world.dir}/data`,
    HOLDFAST_KEYS: JSON.stringify(jwks),
  };
  const processes = [await startProcess('edge,worker', env), await startProcess('edge', env)] as const;
  const edges = processes.map((p) => p.socketUrl as string);
  const setUp = async () => {
    const event = await seatEvent(world, {
      map: hallMap({ rows: ROWS, seatsPerRow: PER_ROW }),
      orphanRule: false,
      drop: { hasLine: true, limitPerFan: 4, maxTurns: 5_000, overbook: 100 },
    });
    const fans = await mintAccounts({ ...world, keys: keyRingFrom(jwks) }, FANS);
    const tierId = event.tierIds[0] as string;
    return {
      ...world,
      fans,
      dropId: event.dropId,
      tierIds: event.tierIds,
      itemsOf: (i: number) => [{ tierId, seatIds: [event.seatIds[i % WANTED] as string] }],
    };
  };
  try {
    showRace(
      'FLUSHALL',
      await race({ ...(await setUp()), edges, breakAt: 0.3, break: () => world.gate.flushall() }),
    );
    showRace(
      'SIGKILL of an edge',
      await race({ ...(await setUp()), edges, breakAt: 0.3, break: () => processes[1].stop('SIGKILL') }),
    );
  } finally {
    await processes[0].stop();
  }
}
