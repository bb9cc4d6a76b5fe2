import { afterAll, beforeAll, expect, test } from 'vitest';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { endEvents } from './end-events.ts';
import { createCatalog } from './index.ts';

let world: TestWorld;
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  world = await testWorld();
});
afterAll(() => world.close());

test('E23: what started more than six hours ago has ended, once, whoever says so; drafts and canceled events stay', async () => {
  const at = (hours: number) => ({ startAt: new Date(world.clock.now() - hours * HOUR_MS) });
  const { eventId: over, vendorId } = await world.createEvent(at(7));
  const { eventId: running } = await world.createEvent(at(5));
  const { eventId: draft } = await world.createEvent({ ...at(7), status: 'draft', drop: null });
  const { eventId: canceled } = await world.createEvent({ ...at(7), status: 'canceled' });
  for (let i = 0; i < 7; i++) await world.createEvent(at(30));
  const ended = await Promise.all([endEvents(world.ledger.reads, 5), endEvents(world.ledger.reads, 5)]);
  expect(ended.reduce((sum, n) => sum + n, 0)).toBe(8);
  expect(await endEvents(world.ledger.reads)).toBe(0);
  const rows = await world.ledger.reads.all<{ id: string; status: string; version: number }>(
    statement('t', 'select id, status, version from events.events where id = any ($1)'),
    [[over, running, draft, canceled]],
  );
  expect(new Map(rows.map((row) => [row.id, `${row.status} ${row.version}`]))).toEqual(
    new Map([
      [over, 'ended 2'],
      [running, 'published 1'],
      [draft, 'draft 1'],
      [canceled, 'canceled 1'],
    ]),
  );
  const catalog = createCatalog(world);
  const vendor = { id: vendorId, role: 'vendor', name: 'V', sessionId: world.ids.next() } as const;
  for (const refused of [
    await catalog.edit(vendor, over, { title: 'Once more' }),
    await catalog.cancel(vendor, over, { reason: 'Too late' }),
  ])
    expect(refused).toMatchObject({ ok: false, error: { code: 'INVALID_STATE' } });
});
