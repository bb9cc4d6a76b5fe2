/** Nights, tickets and pictures for tests. */
import { createBreakers } from '../breakers/index.ts';
import { uuidv7 } from '../kernel/ids.ts';
import { statement } from '../stores/index.ts';
import type { MadeEvent, TestWorld } from '../stores/testing.ts';
import { createPictures, type Pictures, type PicturesDeps } from './index.ts';
import type { PictureStore } from './store.ts';

export type Ticket = 'issued' | 'transferred' | 'redeemed' | 'refunded' | 'canceled';

export const sql = <Row>(world: TestWorld, text: string, values: unknown[] = []) =>
  world.ledger.reads.all<Row>(statement('test', text), values);

/** A ticket of the event in somebody's hands, with the order it takes to have one. */
export async function giveTicket(
  world: TestWorld,
  event: MadeEvent,
  userId: string,
  status: Ticket,
): Promise<string> {
  const [holdId, orderId, itemId, ticketId] = [1, 2, 3, 4].map(() => world.ids.next()) as [
    string,
    string,
    string,
    string,
  ];
  await sql(
    world,
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     values ($1, $2, $3, $4, '\\x00', 'completed', 1, now() + interval '1 hour', 1)`,
    [holdId, event.dropId, userId, world.ids.next()],
  );
  await sql(
    world,
    `insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents, currency)
     values ($1, $2, $3, $4, $5, $6, 'paid', 5000, 5000, 'EUR')`,
    [orderId, orderId.slice(-8), userId, event.eventId, event.dropId, holdId],
  );
  await sql(
    world,
    'insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents) values ($1, $2, $3, 1, 5000)',
    [itemId, orderId, event.tierIds[0]],
  );
  await sql(
    world,
    `insert into ticketing.tickets (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status, qr_code)
     values ($1, $2, $3, 1, $4, $5, $6, $7, 'HF1.test')`,
    [ticketId, orderId, itemId, event.eventId, event.tierIds[0], userId, status],
  );
  return ticketId;
}

/** When a night began: long over, or about to be. */
export const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);

/** An event that is over, and a fan with a used ticket of it. */
export async function aNight(world: TestWorld, days = -2): Promise<{ event: MadeEvent; fanId: string }> {
  const event = await world.createEvent({ startAt: daysFromNow(days) });
  const fan = await world.createUser('user', 'Fay Fan');
  await giveTicket(world, event, fan.id, 'redeemed');
  return { event, fanId: fan.id };
}

/** A store in memory that can be told when to fail; `files` is what it has. */
export function memoryStore(): PictureStore & { files: Map<string, { bytes: Buffer; modifiedMs: number }> } {
  const files = new Map<string, { bytes: Buffer; modifiedMs: number }>();
  return {
    files,
    async put(key, bytes) {
      files.set(key, { bytes, modifiedMs: Date.now() });
    },
    get: async (key) => files.get(key)?.bytes ?? null,
    async remove(key) {
      files.delete(key);
    },
    async *list() {
      for (const [key, { modifiedMs }] of [...files]) yield { key, modifiedMs };
    },
    async probe() {},
  };
}

export function picturesOf(world: TestWorld, more: Partial<PicturesDeps> = {}): Pictures {
  return createPictures({
    ...world,
    s3: undefined,
    dataDir: world.dir,
    breakers: createBreakers(world),
    ...more,
  });
}

/** A row as an upload leaves it, without files: lists do not look at those. Returns its id. */
export async function givePicture(
  world: TestWorld,
  {
    eventId,
    userId,
    status = 'shown',
    slot = 1,
    atMs = Date.now(),
  }: { eventId: string; userId: string; status?: string; slot?: number; atMs?: number },
): Promise<string> {
  const id = uuidv7(atMs);
  await sql(
    world,
    `insert into pictures.images (id, kind, user_id, event_id, status, slot, width, height)
     values ($1, 'night', $2, $3, $4, case when $4 <> 'removed' then $5::int end, 1600, 1200)`,
    [id, userId, eventId, status, slot],
  );
  return id;
}

/** A multipart body, and the headers that go with it. */
export function form(
  image: Buffer | null,
  fields: Record<string, string> = {},
  { name = 'image', filename = 'night.jpg', type = 'image/jpeg' } = {},
): { payload: Buffer; headers: Record<string, string> } {
  const mark = 'x-test-boundary-7d1';
  const parts: Buffer[] = Object.entries(fields).map(([key, value]) =>
    Buffer.from(`--${mark}\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`),
  );
  if (image)
    parts.push(
      Buffer.from(
        `--${mark}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}\r\n\r\n`,
      ),
      image,
      Buffer.from('\r\n'),
    );
  parts.push(Buffer.from(`--${mark}--\r\n`));
  return {
    payload: Buffer.concat(parts),
    headers: { 'content-type': `multipart/form-data; boundary=${mark}` },
  };
}
