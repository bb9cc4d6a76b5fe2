/** What guards the SQL can fail: each guard taken away, the test beside it must see it. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type NotificationsWorld, notificationsWorld } from './testing.ts';

let it: NotificationsWorld;
beforeAll(async () => {
  it = await notificationsWorld();
});
afterAll(() => it.close());

const SQL = readFileSync(new URL('./find-soon.sql', import.meta.url), 'utf8');
/** `limits` of limits.ts, written out. */
const run = (text: string) => it.sql<{ user_id: string }>(text, [300, 45, 5_000]);

test('N20, N21: without its unique key a place is told twice; without the device, everybody is written down', async () => {
  const event = await it.line(1);
  const [near, bare] = [await it.fan(), await it.fan(0)];
  for (const [n, fan] of [near, bare].entries())
    await it.world.createPlace(event, fan.id, { state: 'waiting', number: 200 + n });
  const again = SQL.replace(
    / {2}and not exists \(select from notifications\.notices t[\s\S]*?\)\n(?=limit)/,
    '',
  );
  expect(again).not.toBe(SQL);
  // The look before writing is for speed alone: the key is what keeps it to one.
  expect(await run(again)).toHaveLength(1);
  expect(await run(again)).toHaveLength(0);
  await it.sql('alter table notifications.notices drop constraint told_once');
  const unguarded = again.replace('on conflict on constraint told_once do nothing', '');
  expect((await run(unguarded)).map((row) => row.user_id)).toEqual([near.id]);
  const all = unguarded.replace(/ {2}and exists \(select from notifications\.devices v[^\n]*\n/, '');
  expect(all).not.toBe(unguarded);
  expect((await run(all)).map((row) => row.user_id).sort()).toEqual([near.id, bare.id].sort());
});
