/**
 * What the walk walks in: stores, a Stripe, and one process of the program at a time, which is killed and followed by another.
 * Fans and their orders are made straight in the stores; paying and giving back go over HTTP, as fans do.
 */

import { type Minted, mintAccounts } from '../../load-tests/accounts.ts';
import { type FakeStripe, startFakeStripe } from '../../load-tests/fake-stripe/index.ts';
import { type RunningProcess, startProcess } from '../../load-tests/processes.ts';
import { type Booking, CARDS, type CheckoutWorld, checkoutWorld } from '../../server/checkout/testing.ts';
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import type { EventSeed } from '../../server/stores/testing.ts';
import { until } from '../../server/stores/testing.ts';

export type By = 'stripe' | 'test';

/** An order of two tickets, and what it is paid with. */
export interface Ordered extends Booking {
  by: By;
  fan: Minted;
  /** What became of it is checked against this. */
  end: 'paid' | 'nothing' | 'canceled' | 'refunded';
  card?: string;
}

export interface Answer {
  status: number;
  body: { error?: { code: string }; order?: { status: string }; tickets?: { id: string }[] };
}

export interface WalkHouse {
  w: CheckoutWorld;
  stripe: FakeStripe;
  process(): RunningProcess;
  /** Another process in place of the one that was killed. */
  boot(): Promise<void>;
  order(by: By, end: Ordered['end'], more?: { card?: string; seed?: EventSeed }): Promise<Ordered>;
  /** Resolves to null where the process died over it. */
  pay(o: Ordered, card?: string): Promise<Answer | null>;
  giveBack(o: Ordered): Promise<Answer | null>;
  /** Everything open is due now, again and again, until nothing is open. */
  heal(): Promise<void>;
  intentOf(o: Ordered): Promise<string>;
  statusOf(o: Ordered): Promise<string>;
  close(): Promise<void>;
}

const DUE_NOW = [
  `update ticketing.payments set check_at = now() where status in ('started', 'requires_action', 'unknown')
      or (status = 'authorized' and provider <> 'cash_on_arrival')`,
  `update ticketing.refunds set try_at = now() where status = 'sending'`,
];
const OPEN = `select 1 from ticketing.payments where status in ('started', 'requires_action', 'unknown')
   or (status = 'authorized' and provider <> 'cash_on_arrival')
  union all select 1 from ticketing.refunds where status = 'sending'`;

export async function openHouse(): Promise<WalkHouse> {
  const w = await checkoutWorld();
  const stripe = await startFakeStripe();
  const jwks = generateKeys();
  const env = {
    DATABASE_URL: w.world.databaseUrl,
    REDIS_URL: w.world.redisUrl,
    HOLDFAST_DATA: `${w.world.dir}/data`,
    HOLDFAST_KEYS: JSON.stringify(jwks),
    STRIPE_SECRET_KEY: 'sk_test_fake',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_fake',
    STRIPE_API_BASE: stripe.url,
    // A provider that was cut off on purpose is asked again at once, not after a cooldown.
    HOLDFAST_BREAKER_BACKOFF_MS: '50',
    HOLDFAST_BREAKER_COOLDOWN_MS: '200',
  };
  let running = await startProcess('api,worker', env);
  const fans = await mintAccounts({ ...w.world, keys: keyRingFrom(jwks) }, 40);

  async function post(path: string, body: object, { token }: Minted): Promise<Answer | null> {
    try {
      const answer = await fetch(`${running.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    } catch {
      // Its process was killed over it: what became of it is the ledger's to say.
      return null;
    }
  }

  const methodOf = (by: By, card?: string) =>
    by === 'test'
      ? { provider: 'test', card: card ?? CARDS.good }
      : { provider: 'stripe', paymentMethodId: card ?? 'pm_card_visa' };

  return {
    w,
    stripe,
    process: () => running,
    async boot() {
      await running.stop('SIGKILL');
      running = await startProcess('api,worker', env);
    },
    async order(by, end, { card, seed } = {}) {
      const fan = fans.pop();
      if (!fan) throw new Error('no fan is left: mint more');
      const booked = await w.book({ userId: fan.id, ...(seed ? { seed } : {}) });
      return { ...booked, by, fan, end, ...(card ? { card } : {}) };
    },
    pay: (o, card = o.card) => post('/payment', { orderId: o.orderId, method: methodOf(o.by, card) }, o.fan),
    async giveBack(o) {
      const tickets = await w.sql<{ id: string }>('select id from ticketing.tickets where order_id = $1', [
        o.orderId,
      ]);
      return post('/tickets/refund', { ticketIds: tickets.map(({ id }) => id) }, o.fan);
    },
    async heal() {
      await until(
        'nothing is open',
        async () => {
          for (const text of DUE_NOW) await w.sql(text);
          await w.world.clock.sleep(100);
          return (await w.sql(OPEN)).length === 0;
        },
        120_000,
      );
    },
    async intentOf(o) {
      const [row] = await w.sql<{ ref: string }>(
        'select provider_ref as ref from ticketing.payments where order_id = $1 and provider_ref is not null order by created_at desc limit 1',
        [o.orderId],
      );
      if (!row) throw new Error(`order ${o.orderId} has no intent`);
      return row.ref;
    },
    async statusOf(o) {
      const [row] = await w.sql<{ status: string }>('select status from ticketing.orders where id = $1', [
        o.orderId,
      ]);
      return row?.status ?? 'none';
    },
    async close() {
      await running.stop('SIGKILL');
      await stripe.close();
      await w.close();
    },
  };
}
