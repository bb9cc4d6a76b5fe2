/** The whole program's HTTP edge over a test's world, and one owner's things in it for others to try their hands on. */
import { randomBytes } from 'node:crypto';
import { createHasher } from '../accounts/index.ts';
import { compose, type House, type HouseDeps } from '../compose.ts';
import { seatEvent } from '../seating/testing.ts';
import type { TestWorld } from '../stores/testing.ts';
import { createHttp } from './create-http.ts';

export async function houseOver(
  world: TestWorld,
  env: Record<string, string> = {},
  extra: Partial<Pick<HouseDeps, 'cache' | 'registry' | 'clock'>> = {},
) {
  const config = world.config({ HOLDFAST_EXEMPT_NETWORKS: '127.0.0.1', ...env });
  const notify = { toUser: () => {}, toVendor: () => {} };
  const house: House = compose({ ...world, ...extra, config, notify });
  const app = await createHttp({
    ...world,
    ...(extra.registry ? { registry: extra.registry } : {}),
    config,
    accounts: house.accounts,
    apps: house.oauth.door,
    teams: house.teams.door,
    slices: house.routes,
    status: () => ({}),
  });
  return { house, app, config };
}

/** One vendor's event and map, and one fan with a place, a hold, a pending order, a paid order and a ticket. */
export interface Belongings {
  vendorId: string;
  fanId: string;
  fanEmail: string;
  eventId: string;
  dropId: string;
  /** Of a tier without seats; what the fan has is of another, with seats. */
  tierId: string;
  placeId: string;
  holdId: string;
  /** An order that waits to be paid, and its hold. */
  orderId: string;
  ticketId: string;
  /** The fan's log-in somewhere, a passkey of theirs, and their password. */
  sessionId: string;
  passkeyId: string;
  password: string;
  /** A mail to the fan. */
  mailId: string;
  /** A map of the vendor's. */
  mapId: string;
  /** A way to pay of the vendor's, the one that the event takes. */
  methodId: string;
  /** A free seat of the ticket's event and tier. */
  seatId: string;
  /** One of the event that the vendor made. */
  channel: number;
  /** A promo code of the event. */
  codeId: string;
  /** An app of the vendor's that the fan let in. */
  clientId: string;
  /** The fan's picture of the event. */
  imageId: string;
  /** A device of the fan's. */
  deviceId: string;
  /** Who sends fans to the vendor. */
  affiliateId: string;
  /** Somebody invited into the vendor's team. */
  invitationId: string;
  /** Somebody in the vendor's team, besides the fan. */
  memberId: string;
}

const PASSWORD = 'three blue herons';
const hashed = createHasher()
  .hash(PASSWORD)
  .then((made) => {
    if (!made.ok) throw new Error(made.error.code);
    return made.value;
  });

export const ONE_SEAT = {
  format: 'holdfast-venue-map/1',
  name: 'Back room',
  focal: [0, 0],
  sections: [{ key: 'room', label: 'Room', rows: [{ label: 'A', seats: [{ label: '1', x: 0, y: 9 }] }] }],
};

export async function makeBelongings(world: TestWorld): Promise<Belongings> {
  const { ids, ledger } = world;
  const [vendor, fan] = [
    await world.createUser('vendor', 'Vera Vendor'),
    await world.createUser('user', 'Fay Fan'),
  ];
  const event = await seatEvent(world, {
    vendorId: vendor.id,
    tiers: [{}, {}],
    drop: { phase: 'live', hasLine: true },
  });
  const [seatedTierId, tierId] = event.tierIds as [string, string];
  const placeId = await world.giveTurn(event, fan.id);
  const run = (text: string, values: unknown[]) => ledger.payments.raw.query(text, values);

  async function hold(status: string, seat: number): Promise<string> {
    const id = ids.next();
    await run(
      `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
       values ($1, $2, $3, $4, '\\x00', $5, 1, now() + interval '1 hour', 1)`,
      [id, event.dropId, fan.id, ids.next(), status],
    );
    await run(
      `insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at, seats)
       values ($1, $2, $3, 1, 5000, $4, now() + interval '1 hour', array[$5::int])`,
      [id, seatedTierId, fan.id, status, seat],
    );
    await run('insert into ticketing.seat_claims (event_id, seat, hold_id) values ($1, $2, $3)', [
      event.eventId,
      seat,
      id,
    ]);
    return id;
  }
  async function order(
    holdId: string,
    status: string,
    seat: number,
  ): Promise<{ orderId: string; itemId: string }> {
    const [orderId, itemId] = [ids.next(), ids.next()];
    await run(
      `insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents, currency)
       values ($1, $2, $3, $4, $5, $6, $7, 5000, 5000, 'EUR')`,
      [orderId, orderId.slice(-8), fan.id, event.eventId, event.dropId, holdId, status],
    );
    await run(
      `insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents, seats)
       values ($1, $2, $3, 1, 5000, array[$4::int])`,
      [itemId, orderId, seatedTierId, seat],
    );
    return { orderId, itemId };
  }

  const holdId = await hold('active', 0);
  const { orderId } = await order(await hold('active', 1), 'pending', 1);
  const paid = await order(await hold('completed', 2), 'paid', 2);
  const ticketId = ids.next();
  await run(
    `insert into ticketing.tickets (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status, qr_code, seat)
     values ($1, $2, $3, 1, $4, $5, $6, 'issued', 'HF1.sample', 2)`,
    [ticketId, paid.orderId, paid.itemId, event.eventId, seatedTierId, fan.id],
  );
  await run('update ticketing.seat_claims set ticket_id = $2 where event_id = $1 and seat = 2', [
    event.eventId,
    ticketId,
  ]);
  await run(`insert into ticketing.seat_channels (event_id, channel, name) values ($1, 2, 'House')`, [
    event.eventId,
  ]);
  await run('update ticketing.ticket_tiers set reserved_quantity = 2, issued_quantity = 1 where id = $1', [
    seatedTierId,
  ]);
  const methodId = ids.next();
  await run(`insert into payments.methods (id, vendor_id, provider, label) values ($1, $2, 'test', 'Till')`, [
    methodId,
    vendor.id,
  ]);
  await run('insert into payments.event_methods (event_id, method_id) values ($1, $2)', [
    event.eventId,
    methodId,
  ]);
  await run('update accounts.users set password_hash = $2, email_verified_at = now() where id = $1', [
    fan.id,
    await hashed,
  ]);
  const [sessionId, passkeyId] = [ids.next(), ids.next()];
  await run(
    `insert into accounts.sessions (id, user_id, expires_at) values ($1, $2, now() + interval '1 day')`,
    [sessionId, fan.id],
  );
  await run(
    `insert into accounts.passkeys (id, user_id, credential_id, public_key, sign_count, backed_up, name)
     values ($1, $2, $3, '\\x00', 0, false, 'Key')`,
    [passkeyId, fan.id, randomBytes(16)],
  );
  const mailId = ids.next();
  await run(
    `insert into delivery.mails (id, kind, about, user_id, order_id, to_name, to_address, subject, status)
     values ($1, 'confirmation', $2::uuid::text, $3, $2, 'Fay Fan', $4, 'Your tickets', 'sent')`,
    [mailId, paid.orderId, fan.id, fan.email],
  );
  const mapId = ids.next();
  await run(
    `insert into ticketing.venue_maps (id, vendor_id, name, seat_count, map, digest) values ($1, $2, 'Back room', 1, $3, $4)`,
    [mapId, vendor.id, JSON.stringify(ONE_SEAT), randomBytes(32)],
  );
  const codeId = ids.next();
  await run(
    `insert into ticketing.codes (id, event_id, code, kind, value) values ($1, $2, 'BACKROOM', 'percent', 1000)`,
    [codeId, event.eventId],
  );
  await run('insert into loyalty.members (user_id) values ($1)', [fan.id]);
  await run(
    `insert into loyalty.entries (user_id, seq, kind, points, balance, owed, order_id) values ($1, 1, 'earned', 250, 250, 0, $2)`,
    [fan.id, paid.orderId],
  );
  const imageId = ids.next();
  await run(
    `insert into pictures.images (id, kind, user_id, event_id, status, slot, width, height)
     values ($1, 'night', $2, $3, 'shown', 1, 1600, 1200)`,
    [imageId, fan.id, event.eventId],
  );
  const affiliateId = ids.next();
  await run(
    `insert into ticketing.affiliates (id, vendor_id, name, code, commission_bp, email) values ($1, $2, 'Anna', 'anna', 500, $3)`,
    [affiliateId, vendor.id, fan.email],
  );
  const deviceId = ids.next();
  await run(
    `insert into notifications.devices (id, user_id, endpoint, p256dh, auth, name)
     values ($1::uuid, $2, 'https://push.example/' || $1::uuid, repeat('A', 87), repeat('A', 22), 'Firefox on Linux')`,
    [deviceId, fan.id],
  );
  await run(
    `insert into recommendations.views (user_id, event_id, day, at) values ($1, $2, now()::date, now())`,
    [fan.id, event.eventId],
  );
  const clientId = ids.next();
  await run(
    `insert into oauth.clients (id, owner_id, name, redirect_uris, scopes) values ($1, $2, 'Planner', array['https://app.example/'], array['tickets:read'])`,
    [clientId, vendor.id],
  );
  await run(
    `insert into oauth.artifacts (kind, id_hash, payload, grant_id, client_id, account_id, expires_at)
     values ('Grant', $1, '{}', $2, $3, $4, now() + interval '1 day')`,
    [randomBytes(32), ids.next(), clientId, fan.id],
  );
  const invitationId = ids.next();
  await run(
    `insert into accounts.letters (id, user_id, kind, to_address, expires_at)
     values ($1, $2, 'team_invitation', 'new@team.example', now() + interval '1 day')`,
    [invitationId, vendor.id],
  );
  await run(
    `insert into accounts.team_invitations (letter_id, vendor_id, rights) values ($1, $2, array['sales'])`,
    [invitationId, vendor.id],
  );
  const member = await world.createUser('user', 'Mel Member');
  await run(
    `insert into accounts.team_members (vendor_id, user_id, rights)
     values ($1, $2, array['sales', 'team']), ($1, $3, array['sales'])`,
    [vendor.id, member.id, fan.id],
  );
  await run('update ticketing.fans set held = 2, bought = 1 where drop_id = $1 and user_id = $2', [
    event.dropId,
    fan.id,
  ]);
  return {
    vendorId: vendor.id,
    fanId: fan.id,
    fanEmail: fan.email,
    eventId: event.eventId,
    dropId: event.dropId,
    tierId,
    placeId,
    holdId,
    orderId,
    ticketId,
    sessionId,
    passkeyId,
    password: PASSWORD,
    mailId,
    mapId,
    methodId,
    seatId: event.seatIds[9] as string,
    channel: 2,
    codeId,
    clientId,
    imageId,
    deviceId,
    affiliateId,
    invitationId,
    memberId: member.id,
  };
}

/** Everything the ledger has about these belongings, to see that nobody touched them. (Reopening a gate bumps a drop's epoch.) */
export async function ledgerState(
  world: TestWorld,
  { vendorId, eventId, dropId, fanId, mapId, methodId }: Belongings,
): Promise<unknown> {
  const parts: [string, string, string][] = [
    ['events.events', 'id', eventId],
    ['ticketing.drops', 'id', dropId],
    ['ticketing.seat_plans', 'event_id', eventId],
    ['ticketing.seats', 'event_id', eventId],
    ['ticketing.seat_channels', 'event_id', eventId],
    ['ticketing.seat_claims', 'event_id', eventId],
    ['ticketing.ticket_tiers', 'event_id', eventId],
    ['ticketing.event_terms', 'event_id', eventId],
    ['ticketing.codes', 'event_id', eventId],
    ['ticketing.price_log', 'event_id', eventId],
    ['ticketing.places', 'user_id', fanId],
    ['ticketing.fans', 'user_id', fanId],
    ['ticketing.holds', 'user_id', fanId],
    ['ticketing.ticket_holds', 'user_id', fanId],
    ['ticketing.orders', 'user_id', fanId],
    ['ticketing.tickets', 'owner_user_id', fanId],
    ['loyalty.entries', 'user_id', fanId],
    ['loyalty.redemptions', 'user_id', fanId],
    ['delivery.mails', 'user_id', fanId],
    ['ticketing.venue_maps', 'id', mapId],
    ['payments.methods', 'id', methodId],
    ['payments.event_methods', 'event_id', eventId],
    ['ticketing.affiliates', 'vendor_id', vendorId],
    ['accounts.users', 'id', fanId],
    ['accounts.preferences', 'user_id', fanId],
    ['accounts.sessions', 'user_id', fanId],
    ['accounts.passkeys', 'user_id', fanId],
    ['accounts.letters', 'user_id', fanId],
    ['notifications.devices', 'user_id', fanId],
    ['notifications.reminders', 'user_id', fanId],
    ['accounts.team_members', 'vendor_id', vendorId],
    ['accounts.team_invitations', 'vendor_id', vendorId],
    ['accounts.letters', 'user_id', vendorId],
    ['oauth.clients', 'owner_id', vendorId],
    ['oauth.artifacts', 'account_id', fanId],
    ['pictures.images', 'event_id', eventId],
    ['pictures.images', 'user_id', fanId],
    ['recommendations.views', 'user_id', fanId],
  ];
  const state: Record<string, unknown> = {};
  for (const [table, column, id] of parts) {
    const { rows } = await world.ledger.payments.raw.query(
      `select to_jsonb(t) - '{epoch,epoch_bumped_at,updated_at}'::text[] as row from ${table} t where ${column} = $1 order by 1`,
      [id],
    );
    state[table] = rows.map((row) => row.row);
  }
  return state;
}
