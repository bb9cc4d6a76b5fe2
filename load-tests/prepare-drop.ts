/** A live drop for `drop.ts`: fans with tokens, one event with three tiers, short times. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchWorld } from '../scripts/bench/world.ts';
import type { KeyRing } from '../server/keys/index.ts';
import { mintAccounts } from './accounts.ts';

export interface Prepared {
  /** What the k6 script reads. */
  env: Record<string, string>;
  /** Lines about what became of it. */
  report(url: string): Promise<string[]>;
}
export type Scenario = (deps: {
  world: BenchWorld;
  keys: KeyRing;
  /** Starts the program that is put under load; resolves with its address. Who fills the ledger beneath it does so before. */
  start(): Promise<string>;
  vus: number;
}) => Promise<Prepared>;

const TIERS = [
  { name: 'Floor', priceCents: 6840, currency: 'EUR', quantity: 600 },
  { name: 'Balcony', priceCents: 4920, currency: 'EUR', quantity: 900 },
  { name: 'Restricted view', priceCents: 3100, currency: 'EUR', quantity: 500 },
];

export const prepareDrop: Scenario = async ({ world, keys, start, vus }) => {
  const url = await start();
  const mint = { ...world, keys };
  const fans = await mintAccounts(mint, Math.max(2_000, vus * 20));
  const [vendor] = await mintAccounts(mint, 1, 'vendor');
  const created = await fetch(`${url}/events`, {
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
  const tokens = join(world.dir, 'tokens.json');
  writeFileSync(tokens, JSON.stringify(fans.map((fan) => fan.token)));
  return {
    env: {
      DROP: event.drop.id,
      EVENT: event.id,
      TIERS: event.tiers.map((tier) => tier.id).join(),
      TOKENS: tokens,
    },
    async report() {
      const { rows } = await world.ledger.reads.raw.query(
        'select name, quantity, reserved_quantity as held, issued_quantity as sold from ticketing.ticket_tiers order by position',
      );
      return rows.map(
        (tier) => `${tier.name.padEnd(18)} ${tier.sold} sold, ${tier.held} held of ${tier.quantity}`,
      );
    },
  };
};
