/** What delivery's tests stand on: real checkouts, jobs run by hand, and mails read as a mail program reads them. */
import jsQR from 'jsqr';
import PostalMime, { type Email } from 'postal-mime';
import type { Registry } from 'prom-client';
import { createBreakers } from '../breakers/index.ts';
import { type Booking, CARDS, CASH, type CheckoutWorld, card, checkoutWorld } from '../checkout/testing.ts';
import { createDelivery, type Delivery, type DeliveryDeps } from './index.ts';

export const FROM = { name: 'The Hall', address: 'tickets@hall.example' };

export interface MailRow {
  id: string;
  kind: string;
  status: string;
  tries: number;
  failure: string | null;
  subject: string;
  raw: Buffer | null;
  attachments: string[];
  message_id?: string;
}

export interface DeliveryWorld extends CheckoutWorld {
  delivery: Delivery;
  /** Another process's, over other settings. */
  deliver(deps?: Partial<DeliveryDeps>): Delivery;
  /** Booked and paid; the outbox's jobs have not run. */
  bought(options?: Parameters<CheckoutWorld['book']>[0], how?: 'card' | 'cash'): Promise<Booking>;
  /** Runs what waits in the outbox, as the worker would. */
  runJobs(by?: Delivery): Promise<void>;
  mailsOf(orderId: string): Promise<MailRow[]>;
}

export async function deliveryWorld(): Promise<DeliveryWorld> {
  const made = await checkoutWorld();
  const { world } = made;
  const breakers = createBreakers({ clock: world.clock, log: world.log });
  const open: Delivery[] = [];
  const deliver: DeliveryWorld['deliver'] = (deps = {}) => {
    const one = createDelivery({
      ledger: world.ledger,
      clock: world.clock,
      ids: world.ids,
      log: world.log,
      breakers,
      from: FROM,
      smtpUrl: undefined,
      linkOf: async () => null,
      ...deps,
    });
    open.push(one);
    return one;
  };
  const delivery = deliver();
  return {
    ...made,
    delivery,
    deliver,
    async bought(options = {}, how = 'card') {
      const booking = await made.book(options);
      const method = how === 'cash' ? CASH : card(CARDS.good);
      const paid = await made.checkout.pay(booking.userId, { orderId: booking.orderId, method }, null);
      if (!paid.ok) throw new Error(`not paid: ${paid.error.code}`);
      return booking;
    },
    async runJobs(by = delivery) {
      const rows = await made.sql<{ topic: string; payload: unknown }>(
        'with due as (delete from ticketing.outbox returning *) select * from due order by id',
      );
      for (const { topic, payload } of rows) await by.jobs[topic]?.(payload);
    },
    mailsOf: (orderId) =>
      made.sql<MailRow>('select * from delivery.mails where order_id = $1 order by id', [orderId]),
    async close() {
      await Promise.all(open.map((one) => one.close()));
      breakers.stop();
      await made.close();
    },
  };
}

export const readMail = (raw: Buffer): Promise<Email> => PostalMime.parse(raw);

/** What a scanner reads in a PNG. */
export async function scanPng(png: Uint8Array): Promise<string | null> {
  const { PNG } = await import('pngjs' as string);
  const { data, width, height } = PNG.sync.read(Buffer.from(png)) as {
    data: Buffer;
    width: number;
    height: number;
  };
  return jsQR.default(new Uint8ClampedArray(data), width, height)?.data ?? null;
}

export const counter = (registry: Registry, name: string) => registry.getSingleMetric(name)?.get();
