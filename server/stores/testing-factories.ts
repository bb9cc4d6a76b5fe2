/** Rows for tests, inserted straight by SQL with a default for everything. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { type Ids, uuidBytes } from '../kernel/index.ts';
import type { DropPhase, PlaceState, Role } from '../protocol/index.ts';
import { type Pool, statement } from './postgres.ts';

export interface MadeUser {
  id: string;
  email: string;
  name: string;
  role: Role;
}

export interface EventSeed {
  vendorId?: string;
  title?: string;
  type?: string;
  startAt?: Date;
  status?: 'draft' | 'published' | 'canceled' | 'ended';
  currency?: string;
  timeZone?: string;
  /** Default: one tier of 100 at 50.00. */
  tiers?: {
    name?: string;
    priceCents?: number;
    quantity?: number;
    status?: 'active' | 'hidden' | 'closed';
  }[];
  /** Default: live, without a line. `null`: no drop at all. */
  drop?: {
    phase?: DropPhase;
    hasLine?: boolean;
    lobbyOpensAt?: Date | null;
    opensAt?: Date;
    endsAt?: Date | null;
    turnSeconds?: number;
    claimSeconds?: number;
    holdSeconds?: number;
    maxTurns?: number;
    overbook?: number;
    limitPerFan?: number;
    extendSeconds?: number | null;
    maxCallsPerMinute?: number | null;
  } | null;
}

export interface MadeEvent {
  eventId: string;
  vendorId: string;
  /** Empty when the event was made without a drop. */
  dropId: string;
  tierIds: string[];
  secret: Buffer;
  receiptSalt: Buffer;
}

export interface Factories {
  createUser(role?: Role, name?: string): Promise<MadeUser>;
  /** Many fans in one statement; returns their ids. */
  createUsers(count: number): Promise<string[]>;
  createEvent(seed?: EventSeed): Promise<MadeEvent>;
  /** A place in the line. State `turn` comes with its `fans` row; `called` with its window. Numbers follow the line's. */
  createPlace(
    drop: MadeEvent,
    userId: string,
    place?: { state?: PlaceState; seconds?: number; number?: number | null },
  ): Promise<string>;
  /** Shorthand: a live turn. */
  giveTurn(drop: MadeEvent, userId: string, seconds?: number): Promise<string>;
}

const insertUser = statement(
  'test_insert_user',
  `insert into accounts.users (id, email, name, password_hash, role) values ($1, $2, $3, 'test: no password', $4)`,
);
const insertUsers = statement(
  'test_insert_users',
  `insert into accounts.users (id, email, name, password_hash, role)
   select id, id || '@test.holdfast', 'Fan ' || ordinality, 'test: no password', 'user'
   from unnest($1::uuid[]) with ordinality as t (id, ordinality)`,
);
const insertEvent = statement(
  'test_insert_event',
  `insert into events.events (id, vendor_id, title, type, venue_name, venue_city, time_zone, start_at, status, currency)
   values ($1, $2, $3, $4, 'The Hall', 'Bern', $5, $6, $7, $8)`,
);
const insertTier = statement(
  'test_insert_tier',
  `insert into ticketing.ticket_tiers (id, event_id, name, position, price_cents, quantity, status)
   values ($1, $2, $3, $4, $5, $6, $7)`,
);
const insertDrop = statement(
  'test_insert_drop',
  `insert into ticketing.drops (id, event_id, phase, has_line, lobby_opens_at, opens_at, ends_at, turn_seconds,
     claim_seconds, hold_seconds, max_turns, overbook, limit_per_fan, extend_seconds, max_calls_per_minute, secret_hash)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
);
const insertSecret = statement(
  'test_insert_secret',
  'insert into ticketing.drop_secrets (drop_id, secret, receipt_salt) values ($1, $2, $3)',
);
const insertLine = statement('test_insert_line', 'insert into ticketing.lines (drop_id) values ($1)');
const takeNumber = statement(
  'test_take_number',
  `update ticketing.lines set last_number = greatest(last_number + 1, coalesce($2, 0)), joined = joined + 1,
     serving = case when $3 then greatest(serving, coalesce($2, last_number + 1)) else serving end, version = version + 1
   where drop_id = $1 returning last_number as number`,
);
const countJoin = statement(
  'test_count_join',
  'update ticketing.lines set joined = joined + 1, version = version + 1 where drop_id = $1',
);
const insertPlace = statement(
  'test_insert_place',
  `with numbered as (insert into ticketing.place_numbers (drop_id, number, place_id)
     select $2::uuid, $5::bigint, $1::uuid where $5::bigint is not null)
   insert into ticketing.places (id, drop_id, user_id, joined_at, commitment, lobby, number, state, called_at, claim_by,
     claimed_at, turn_expires_at, ended_at)
   values ($1::uuid, $2::uuid, $3::uuid, now(), $4, $5::bigint is null, $5::bigint, $6,
     case when $6 in ('called', 'late', 'turn') then now() end,
     case when $6 = 'called' then now() + make_interval(secs => $7) end,
     case when $6 = 'turn' then now() end,
     case when $6 = 'turn' then now() + make_interval(secs => $7) end,
     case when $6 in ('done', 'expired', 'left') then now() end)`,
);
const insertFan = statement(
  'test_insert_fan',
  `insert into ticketing.fans (drop_id, user_id, turn_expires_at, place_id)
   values ($1, $2, now() + make_interval(secs => $3), $4)
   on conflict (drop_id, user_id) do update set turn_expires_at = excluded.turn_expires_at, place_id = excluded.place_id`,
);

export function factories(pool: Pool, ids: Ids): Factories {
  async function createUser(role: Role = 'user', name = 'Fan'): Promise<MadeUser> {
    const id = ids.next();
    const email = `${id}@test.holdfast`;
    await pool.all(insertUser, [id, email, name, role]);
    return { id, email, name, role };
  }

  async function createEvent(seed: EventSeed = {}): Promise<MadeEvent> {
    const made: MadeEvent = {
      eventId: ids.next(),
      vendorId: seed.vendorId ?? (await createUser('vendor', 'Vendor')).id,
      dropId: seed.drop === null ? '' : ids.next(),
      tierIds: [],
      secret: randomBytes(32),
      receiptSalt: randomBytes(32),
    };
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const drop = seed.drop ?? {};
    await pool.transaction(async (tx) => {
      await tx.all(insertEvent, [
        made.eventId,
        made.vendorId,
        seed.title ?? 'Test night',
        seed.type ?? 'concert',
        seed.timeZone ?? 'Europe/Zurich',
        seed.startAt ?? inDays(30),
        seed.status ?? 'published',
        seed.currency ?? 'EUR',
      ]);
      for (const [position, tier] of (seed.tiers ?? [{}]).entries()) {
        const tierId = ids.next();
        made.tierIds.push(tierId);
        await tx.all(insertTier, [
          tierId,
          made.eventId,
          tier.name ?? `Tier ${position + 1}`,
          position,
          tier.priceCents ?? 5000,
          tier.quantity ?? 100,
          tier.status ?? 'active',
        ]);
      }
      if (!made.dropId) return;
      await tx.all(insertDrop, [
        made.dropId,
        made.eventId,
        drop.phase ?? 'live',
        drop.hasLine ?? false,
        drop.lobbyOpensAt ?? null,
        drop.opensAt ?? inDays(drop.phase === 'scheduled' || drop.phase === 'lobby' ? 1 : -1),
        drop.endsAt ?? null,
        drop.turnSeconds ?? 600,
        drop.claimSeconds ?? 60,
        drop.holdSeconds ?? 900,
        drop.maxTurns ?? 500,
        drop.overbook ?? 1,
        drop.limitPerFan ?? 4,
        drop.extendSeconds ?? null,
        drop.maxCallsPerMinute ?? null,
        createHash('sha256').update(made.secret).digest(),
      ]);
      await tx.all(insertSecret, [made.dropId, made.secret, made.receiptSalt]);
      await tx.all(insertLine, [made.dropId]);
    });
    return made;
  }

  const createPlace: Factories['createPlace'] = async (drop, userId, place = {}) => {
    const id = ids.next();
    const state = place.state ?? 'waiting';
    const commitment = createHmac('sha256', drop.receiptSalt).update(uuidBytes(userId)).digest();
    await pool.transaction(async (tx) => {
      let number: number | null = null;
      if (place.number === null) await tx.all(countJoin, [drop.dropId]);
      else
        number = (await tx.one<{ number: number }>(takeNumber, [
          drop.dropId,
          place.number ?? null,
          state !== 'waiting',
        ]))!.number;
      await tx.all(insertPlace, [id, drop.dropId, userId, commitment, number, state, place.seconds ?? 600]);
      if (state === 'turn') await tx.all(insertFan, [drop.dropId, userId, place.seconds ?? 600, id]);
    });
    return id;
  };

  return {
    createUser,
    async createUsers(count) {
      const made = Array.from({ length: count }, () => ids.next());
      await pool.all(insertUsers, [made]);
      return made;
    },
    createEvent,
    createPlace,
    giveTurn: (drop, userId, seconds = 600) => createPlace(drop, userId, { state: 'turn', seconds }),
  };
}
