import { afterAll, beforeAll, expect, test } from 'vitest';
import { call } from '../http/testing.ts';
import { type Caller, type CatalogWorld, catalogWorld } from './testing.ts';

let c: CatalogWorld;

beforeAll(async () => {
  c = await catalogWorld();
});
afterAll(() => c.close());

test('E7: a draft is there for its vendor and operators, and for nobody else', async () => {
  const { body: draft, status } = await c.create({ status: 'draft' });
  expect(status).toBe(201);
  const seenBy = async (who?: Caller) => (await c.get(`/events/${draft.id}`, who)).status;
  expect([await seenBy(c.vendor), await seenBy(c.operator)]).toEqual([200, 200]);
  expect([await seenBy(), await seenBy(c.fan), await seenBy(c.rival)]).toEqual([404, 404, 404]);
  expect((await c.get(`/events/${draft.id}/tickets`)).status).toBe(404);
  expect((await call(c.app, 'HEAD', `/events/${draft.id}/tickets`)).status).toBe(404);
  await c.remove(draft.id);
  expect([await seenBy(c.vendor), await seenBy()]).toEqual([200, 404]);
});

test.each(['GET', 'HEAD', 'PUT', 'DELETE'] as const)(
  'E7: %s of an unknown or malformed id is coded, never a crash',
  async (method) => {
    const paths = method === 'HEAD' ? ['/tickets'] : method === 'GET' ? ['', '/tickets'] : [''];
    for (const path of paths) {
      const options = { headers: c.vendor.headers, ...(method === 'PUT' ? { body: { title: 'x' } } : {}) };
      expect((await call(c.app, method, `/events/${c.world.ids.next()}${path}`, options)).status).toBe(404);
      for (const id of ['not-a-uuid', '%00', "1'--"])
        expect((await call(c.app, method, `/events/${id}${path}`, options)).status).toBe(400);
    }
  },
);

test('E8: the ETag answers 304 until something shown changes, stock included', async () => {
  const { body: made } = await c.create();
  const first = await c.get(`/events/${made.id}`);
  const etag = String(first.headers.etag);
  const again = await c.get(`/events/${made.id}`, undefined, { 'if-none-match': `"other", W/${etag}` });
  expect([again.status, again.text]).toEqual([304, '']);
  await c.sql(
    'update ticketing.ticket_tiers set reserved_quantity = 1, version = version + 1 where id = $1',
    [made.tiers[0].id],
  );
  const changed = await c.get(`/events/${made.id}`, undefined, { 'if-none-match': etag });
  expect(changed.status).toBe(200);
  expect(changed.body.tiers[0]).toMatchObject({ available: 99, held: 1 });
});

test('E9: tiers with what is left, and their sum in a header', async () => {
  const { body: made } = await c.create();
  await c.sql('update ticketing.ticket_tiers set reserved_quantity = 2, issued_quantity = 3 where id = $1', [
    made.tiers[0].id,
  ]);
  const tiers = await c.get(`/events/${made.id}/tickets`);
  expect(tiers.body.tiers.map((t: { available: number }) => t.available)).toEqual([95, 50]);
  const head = await call(c.app, 'HEAD', `/events/${made.id}/tickets`);
  expect([head.status, head.headers['holdfast-available'], head.text]).toEqual([200, '145', '']);
});
