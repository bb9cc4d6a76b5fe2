import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDrop, type DropSettings } from './create-drop.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const at = (seconds: number) => new Date(world.clock.now() + seconds * 1000);

async function create(settings: Partial<DropSettings>) {
  const { eventId } = await world.createEvent({ drop: null });
  const full = { eventId, hasLine: true, opensAt: at(3600), ...settings };
  return world.ledger.holds.transaction((tx) => createDrop({ ids: world.ids }, tx, full));
}

test('Q1: the secret is committed to by its hash, and shown by nothing before the draw', async () => {
  const made = await create({});
  if (!made.ok) throw new Error(made.error.code);
  const [row] = await world.sql<{ secret: Buffer; receipt_salt: Buffer; secret_hash: Buffer }>(
    'select s.secret, s.receipt_salt, d.secret_hash from ticketing.drop_secrets s join ticketing.drops d on d.id = s.drop_id where d.id = $1',
    [made.value.id],
  );
  expect(row!.secret).toHaveLength(32);
  expect(row!.receipt_salt.equals(row!.secret)).toBe(false);
  expect(createHash('sha256').update(row!.secret).digest()).toEqual(row!.secret_hash);
  const shown = await world.queue.drawOf(made.value.id);
  expect(shown).toMatchObject({
    ok: true,
    value: { secretHash: row!.secret_hash.toString('hex'), secret: null, seed: null },
  });
  const everything = JSON.stringify([shown, await world.queue.stateOf(made.value.id)]);
  expect(everything).not.toContain(row!.secret.toString('hex'));
});

test('Q2: an opening in the past is live at once, with an empty draw that recomputes', async () => {
  const made = await create({ opensAt: at(-60), lobbyOpensAt: at(-3600) });
  if (!made.ok) throw new Error(made.error.code);
  expect(made.value.phase).toBe('live');
  const draw = await world.queue.drawOf(made.value.id);
  if (!draw.ok) throw new Error(draw.error.code);
  const empty = createHash('sha256').digest();
  expect(draw.value).toMatchObject({ root: empty.toString('hex'), placeCount: 0 });
  const seed = createHmac('sha256', Buffer.from(draw.value.secret!, 'hex')).update(empty).digest('hex');
  expect(draw.value.seed).toBe(seed);
  expect(await world.queue.join(made.value.id, (await world.createUser()).id)).toMatchObject({
    ok: true,
    value: { number: 1 },
  });
});

test.each([
  ['a lobby that opened', { lobbyOpensAt: -60, opensAt: 3600, hasLine: true }, 'lobby'],
  ['no lobby time', { opensAt: 3600, hasLine: true }, 'lobby'],
  ['a lobby to come', { lobbyOpensAt: 60, opensAt: 3600, hasLine: true }, 'scheduled'],
  ['no line, to come', { opensAt: 3600, hasLine: false }, 'scheduled'],
  ['no line, open', { opensAt: -1, hasLine: false }, 'live'],
])(
  'Q2: %s',
  async (_name, {
    lobbyOpensAt,
    opensAt,
    hasLine,
  }: { lobbyOpensAt?: number; opensAt: number; hasLine: boolean }, phase) => {
    const made = await create({
      hasLine,
      opensAt: at(opensAt),
      ...(lobbyOpensAt === undefined ? {} : { lobbyOpensAt: at(lobbyOpensAt) }),
    });
    expect(made).toMatchObject({ ok: true, value: { phase } });
  },
);

test('Q2: times out of order are refused with their field', async () => {
  expect(await create({ lobbyOpensAt: at(7200), opensAt: at(3600) })).toMatchObject({
    ok: false,
    error: { code: 'INVALID_REQUEST', details: { field: 'drop.lobbyOpensAt' } },
  });
  expect(await create({ opensAt: at(3600), endsAt: at(60) })).toMatchObject({
    ok: false,
    error: { code: 'INVALID_REQUEST', details: { field: 'drop.endsAt' } },
  });
});
