import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CatalogWorld, catalogWorld, tier } from './testing.ts';

let c: CatalogWorld;

beforeAll(async () => {
  c = await catalogWorld();
});
afterAll(() => c.close());

test('E10: an edit changes what it names and nothing else', async () => {
  const { body: made } = await c.create({ description: 'Doors\nat seven' });
  const startsAt = c.inHours(800);
  const edited = await c.put(made.id, { title: 'Kelp Night II', startsAt, artist: null });
  expect(edited.status).toBe(200);
  const expected = {
    ...made,
    title: 'Kelp Night II',
    startsAt,
    artist: null,
    version: 2,
    drop: { ...made.drop, endsAt: startsAt },
  };
  expect(edited.body).toEqual(expected);
  expect((await c.get(`/events/${made.id}`)).body).toEqual(expected);
});

test.each([
  [{ tiers: [tier()] }, 'tiers'],
  [{ drop: null }, 'drop'],
  [{ status: 'draft' }, 'status'],
])('E10: a published event refuses %j', async (edit, field) => {
  const { body: made } = await c.create();
  const refused = await c.put(made.id, edit);
  expect([refused.status, refused.body.error.code, refused.body.error.details.field]).toEqual([
    409,
    'INVALID_STATE',
    field,
  ]);
  expect((await c.get(`/events/${made.id}`)).body).toEqual(made);
});

test('E10: a draft takes other tiers, another currency and another drop', async () => {
  const { body: draft } = await c.create({ status: 'draft' });
  const opensAt = c.inHours(48);
  const edited = await c.put(draft.id, {
    tiers: [tier({ name: 'Hall', currency: 'EUR' })],
    drop: { line: false, opensAt },
  });
  expect(edited.body).toMatchObject({
    currency: 'EUR',
    status: 'draft',
    drop: { id: draft.drop.id, hasLine: false, opensAt },
  });
  expect(edited.body.tiers.map((t: { name: string }) => t.name)).toEqual(['Hall']);
  const refused = await c.put(draft.id, { startsAt: c.inHours(1) });
  expect(refused.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field: 'drop.opensAt' } });
});

test('E11: an editor who read an older version is told', async () => {
  const { body: made, headers } = await c.create();
  const first = await c.put(made.id, { title: 'One' }, c.vendor, { 'if-match': String(headers.etag) });
  expect(first.status).toBe(200);
  const second = await c.put(made.id, { title: 'Two' }, c.vendor, { 'if-match': String(headers.etag) });
  expect([second.status, second.body.error.code]).toEqual([412, 'EDIT_CONFLICT']);
  expect((await c.remove(made.id, c.vendor, { 'if-match': '"1"' })).status).toBe(412);
  expect((await c.put(made.id, { title: 'Three' }, c.vendor, { 'if-match': 'nonsense' })).status).toBe(412);
  expect((await c.get(`/events/${made.id}`)).body.title).toBe('One');
  expect((await c.put(made.id, { title: 'Four' }, c.vendor, { 'if-match': '"2"' })).status).toBe(200);
  expect((await c.put(made.id, { title: 'Five' }, c.vendor, { 'if-match': '*' })).status).toBe(200);
});

test('E11: of twenty edits at once with the same version one wins', async () => {
  const { body: made } = await c.create();
  const edits = Array.from({ length: 20 }, (_, i) =>
    c.put(made.id, { title: `Edit ${i}` }, c.vendor, { 'if-match': '"1"' }),
  );
  const statuses = (await Promise.all(edits)).map((edit) => edit.status).sort();
  expect(statuses).toEqual([200, ...Array.from({ length: 19 }, () => 412)]);
});

test('E12: a draft has no drop until it is published, then the one it showed', async () => {
  const { body: draft } = await c.create({ status: 'draft' });
  expect(draft.drop).toMatchObject({ phase: 'scheduled', hasLine: true });
  expect(await c.sql('select id from ticketing.drops where event_id = $1', [draft.id])).toEqual([]);
  const published = await c.put(draft.id, { status: 'published' });
  expect(published.body).toMatchObject({
    status: 'published',
    drop: { id: draft.drop.id, phase: 'scheduled' },
  });
  expect(await c.sql('select id from ticketing.drops where event_id = $1', [draft.id])).toEqual([
    { id: draft.drop.id },
  ]);
  expect((await c.get(`/events/${draft.id}`)).status).toBe(200);
});

test('E12: a draft whose opening has passed opens with its publication; a plain one too', async () => {
  for (const drop of [{ opensAt: c.inHours(-2) }, undefined]) {
    const { body: draft } = await c.create({ status: 'draft', drop });
    expect((await c.put(draft.id, { status: 'published' })).body.drop.phase).toBe('live');
  }
});

test('E13: what was not sold is canceled, and what was held goes back', async () => {
  const { body: made } = await c.create({ drop: undefined });
  const holdId = c.world.ids.next();
  await c.sql(
    `with f as (insert into ticketing.fans (drop_id, user_id, held) values ($2, $3, 2)),
       h as (insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
             values ($1, $2, $3, $1, 'h', 'active', 2, now() + interval '5 min', 1)),
       i as (insert into ticketing.ticket_holds (hold_id, tier_id, user_id, quantity, unit_price_cents, status, expires_at)
             values ($1, $4, $3, 2, 5000, 'active', now() + interval '5 min'))
     update ticketing.ticket_tiers set reserved_quantity = 2 where id = $4`,
    [holdId, made.drop.id, c.fan.user.id, made.tiers[0].id],
  );
  const deleted = await c.remove(made.id);
  expect(deleted.status).toBe(200);
  expect(deleted.body).toMatchObject({ status: 'canceled', version: 2, drop: { phase: 'canceled' } });
  expect(deleted.body.tiers[0]).toMatchObject({ available: 100, held: 0 });
  expect(await c.sql('select status from ticketing.holds where id = $1', [holdId])).toEqual([
    { status: 'released' },
  ]);
  expect((await c.remove(made.id)).body.error.code).toBe('INVALID_STATE');
  expect((await c.put(made.id, { title: 'Again' })).body.error.code).toBe('INVALID_STATE');
});

test.each([
  ['sold', `update ticketing.ticket_tiers set issued_quantity = 1 where event_id = $1`],
  [
    'being paid for',
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     select gen_random_uuid(), id, gen_random_uuid(), gen_random_uuid(), 'h', 'paying', 1, now(), 1 from ticketing.drops where event_id = $1`,
  ],
])('E13: an event of which something is %s stays as it is', async (_what, plant) => {
  const { body: made } = await c.create({ drop: undefined });
  await c.sql(plant, [made.id]);
  const before = (await c.get(`/events/${made.id}`)).body;
  const refused = await c.remove(made.id);
  expect([refused.status, refused.body.error.code]).toEqual([409, 'INVALID_STATE']);
  expect((await c.get(`/events/${made.id}`)).body).toEqual(before);
});

test('E13: after a sale that ended or was called off without selling anything, its event can be deleted', async () => {
  for (const phase of ['ended', 'canceled']) {
    const { body: made } = await c.create({ drop: undefined });
    await c.sql(`update ticketing.drops set phase = $2, ended_at = now() where event_id = $1`, [
      made.id,
      phase,
    ]);
    expect((await c.remove(made.id)).body).toMatchObject({ status: 'canceled', drop: { phase } });
  }
});

test("E14: another vendor's event can be neither edited nor deleted, and an operator may", async () => {
  const { body: made } = await c.create();
  expect((await c.put(made.id, { title: 'Mine' }, c.rival)).status).toBe(404);
  expect((await c.remove(made.id, c.rival)).status).toBe(404);
  expect([
    (await c.put(made.id, { title: 'Mine' }, c.fan)).status,
    (await c.remove(made.id, c.fan)).status,
  ]).toEqual([403, 403]);
  expect((await c.put(made.id, { title: 'Operated' }, c.operator)).body.title).toBe('Operated');
  expect((await c.remove(made.id, c.operator)).body.status).toBe('canceled');
});
