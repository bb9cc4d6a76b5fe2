/**
 * Brings orders to a point between two steps and leaves them there: at a call to Stripe that is never answered, or at a
 * transaction that waits for a lock. One kill then meets them all.
 */
import { until } from '../../server/stores/testing.ts';
import type { Ordered, WalkHouse } from './house.ts';
import { type Lock, lock } from './locks.ts';

export type When = 'before' | 'after';

const POSTPONE = `update ticketing.payments set check_at = now() + interval '1 hour' where order_id = $1`;

export interface Park {
  /** Pays; the call `op` for it has its effect (`after`) or not, and nobody hears an answer. */
  atCall(o: Ordered, op: string, when: When): Promise<void>;
  /** The same, and Stripe kills the process over it. */
  killedAt(o: Ordered, op: string, when: When): Promise<void>;
  /** Its transaction `begin` waits. */
  atBegin(o: Ordered): Promise<void>;
  /** Authorised; `complete` waits. */
  atComplete(o: Ordered): Promise<void>;
  /** Captured at its bank; writing it down waits. */
  atCaptured(o: Ordered): Promise<void>;
  /** The test bank's own transaction waits: of its authorisation, of its capture. */
  atTestBank(asked: Ordered, captured: Ordered): Promise<void>;
  /** Authorised, and its capture is going to be refused. */
  atRefusedCapture(o: Ordered, when: When): Promise<void>;
  /** Once the process is dead: what it had sent is ended without effect (`before`), or commits by itself (`after`). */
  after(when: When): Promise<void>;
}

export function parker(house: WalkHouse): Park {
  const { w, stripe } = house;
  const url = w.world.databaseUrl;
  const { control } = stripe;
  const locks: Lock[] = [];
  const take = async (text: string, values: unknown[] = []): Promise<Lock> => {
    const taken = await lock(url, text, values);
    locks.push(taken);
    return taken;
  };
  const letGo = async (one: Lock): Promise<void> => {
    locks.splice(locks.indexOf(one), 1);
    await one.release();
  };
  const calls = (op: string): number => control.calls()[op] ?? 0;
  /** No worker takes it up before its time. */
  const postpone = (o: Ordered) => w.sql(POSTPONE, [o.orderId]);
  const tierOf = (o: Ordered) =>
    take('select 1 from ticketing.ticket_tiers where id = $1 for update', [o.event.tierIds[0]]);

  async function atCall(o: Ordered, op: string, when: When): Promise<void> {
    const before = calls(op);
    control.fault({ op, answer: 'hang', when });
    void house.pay(o);
    await until(`${op} hangs`, () => calls(op) > before, 30_000);
    await postpone(o);
  }

  return {
    atCall,
    async killedAt(o, op, when) {
      const victim = house.process();
      control.fault({ op, answer: 'kill', when, pid: victim.pid });
      await house.pay(o);
      await victim.exited;
      await postpone(o);
    },
    async atBegin(o) {
      const held = await take('select 1 from ticketing.holds where id = $1 for update', [o.holdId]);
      void house.pay(o);
      await held.waits('begin_payment');
    },
    async atComplete(o) {
      const held = await tierOf(o);
      void house.pay(o);
      await held.waits('complete_order');
      await postpone(o);
    },
    async atCaptured(o) {
      const held = await take('lock table ticketing.gate_credits in share mode');
      void house.pay(o);
      await held.waits('captured');
      await postpone(o);
    },
    async atTestBank(asked, captured) {
      const complete = await tierOf(captured);
      void house.pay(captured);
      await complete.waits('complete_order');
      const capture = await take(
        'select 1 from payments.test_charges where id in (select id from ticketing.payments where order_id = $1) for update',
        [captured.orderId],
      );
      await letGo(complete);
      await capture.waits('test_charges');
      await postpone(captured);
      const book = await take('lock table payments.test_charges in share mode');
      void house.pay(asked);
      await book.waits('test_charges');
      await postpone(asked);
    },
    async atRefusedCapture(o, when) {
      const complete = await tierOf(o);
      void house.pay(o);
      await complete.waits('complete_order');
      control.captureFails(await house.intentOf(o), 'declined');
      const before = calls('payment_intents.capture');
      control.fault({ op: 'payment_intents.capture', answer: 'hang', when });
      await letGo(complete);
      await until('capture hangs', () => calls('payment_intents.capture') > before, 30_000);
      await postpone(o);
    },
    async after(when) {
      for (const one of locks.splice(0)) await (when === 'before' ? one.lose() : one.release());
      control.calm();
    },
  };
}
