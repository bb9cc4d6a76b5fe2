/** What the line's tests stand on: the slice on real stores with the real gate, and a lobby that can be filled and drawn. */
import { createHolds, type Holds } from '../holds/index.ts';
import { statement } from '../stores/index.ts';
import { type EventSeed, type MadeEvent, type TestWorld, testWorld } from '../stores/testing.ts';
import type { Beacon } from './beacon.ts';
import { createQueue, type Queue, type QueueDeps } from './queue.ts';
import type { StepChange } from './step.ts';

export interface LineWorld extends TestWorld {
  queue: Queue;
  holds: Holds;
  /** A second process's queue on the same stores. */
  other: Queue;
  make(overrides?: Partial<QueueDeps>): Queue;
  /** Runs SQL as an onlooker. */
  sql<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  /** A drop whose lobby is open. */
  lobby(seed?: EventSeed): Promise<MadeEvent>;
  /** The lobby's time is over. */
  dueNow(dropId: string): Promise<void>;
  /** Steps until the drop is live; at most `limit` steps. */
  openUp(dropId: string, limit?: number): Promise<StepChange>;
  /** Joins them all and returns who got which place. */
  joinAll(dropId: string, users: readonly string[]): Promise<Map<string, string>>;
}

export async function lineWorld(beacon: Beacon | null = null): Promise<LineWorld> {
  const world = await testWorld();
  const holds = createHolds(world);
  const make = (overrides: Partial<QueueDeps> = {}): Queue =>
    createQueue({ ...world, gate: holds.gate, holdsOf: holds.mine, beacon, ...overrides });
  const queue = make();
  const sql: LineWorld['sql'] = async <Row>(text: string, values: unknown[] = []) =>
    world.ledger.reads.all<Row>(statement('test_line', text), values);

  return {
    ...world,
    queue,
    holds,
    other: make(),
    make,
    sql,
    lobby: (seed = {}) =>
      world.createEvent({ ...seed, drop: { phase: 'lobby', hasLine: true, ...seed.drop } }),
    dueNow: async (dropId) =>
      void (await sql('update ticketing.drops set opens_at = now() where id = $1', [dropId])),
    async openUp(dropId, limit = 5) {
      await sql('update ticketing.drops set opens_at = least(opens_at, now()) where id = $1', [dropId]);
      for (let i = 0; i < limit; i++) {
        const change = await queue.step(dropId);
        if (change?.phase === 'live' || change?.phase === 'sold_out') return change;
      }
      throw new Error(`drop ${dropId} did not open within ${limit} steps`);
    },
    async joinAll(dropId, users) {
      const joined = await Promise.all(
        users.map(async (user) => ({ user, result: await queue.join(dropId, user) })),
      );
      return new Map(
        joined.map(({ user, result }) => {
          if (!result.ok) throw new Error(`join refused: ${result.error.code}`);
          return [user, result.value.placeId];
        }),
      );
    },
  };
}
