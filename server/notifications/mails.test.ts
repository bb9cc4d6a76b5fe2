import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBreakers } from '../breakers/index.ts';
import { createDelivery, type Delivery } from '../delivery/index.ts';
import { FROM, readMail } from '../delivery/testing.ts';
import { call } from '../http/testing.ts';
import { houseOver } from '../http/testing-house.ts';
import type { Notifications } from './index.ts';
import { type NotificationsWorld, notificationsWorld } from './testing.ts';

let it: NotificationsWorld;
let by: Notifications;
let delivery: Delivery;
const breakers = () => createBreakers({ clock: it.world.clock, log: it.world.log });

beforeAll(async () => {
  it = await notificationsWorld();
  const event = await it.world.createEvent({ title: 'Mole & the Tidelines' });
  by = it.another({
    suggest: async (ids) =>
      new Map(ids.map((id) => [id, [{ eventId: event.eventId, why: 'You liked The Kelp.' }]])),
  });
  delivery = createDelivery({
    ...it.world,
    breakers: breakers(),
    from: FROM,
    smtpUrl: undefined,
    linkOf: async () => null,
    noticeOf: by.letterOf,
  });
});
afterAll(async () => {
  await delivery.close();
  await it.close();
});

async function suggested() {
  const fan = await it.fan(0);
  await it.sql('update accounts.users set email_verified_at = now() where id = $1', [fan.id]);
  await it.sql('insert into accounts.preferences (user_id, suggestions) values ($1, true)', [fan.id]);
  await by.finding.suggestions();
  // By day, wherever it is day now.
  await it.sql(`update accounts.preferences set time_zone = 'UTC' where user_id = $1`, [fan.id]);
  const [notice] = await it.notices(fan.id);
  await it.sql(`update notifications.notices set status = 'mailed', finished_at = now() where id = $1`, [
    notice!.id,
  ]);
  await it.sql(
    `insert into ticketing.outbox (topic, payload) values ('notice.mail', jsonb_build_object('noticeId', $1::text))`,
    [notice!.id],
  );
  return fan;
}
/** The outbox's jobs, twice; then every mail that is due. */
async function sendMails() {
  const rows = await it.sql<{ topic: string; payload: unknown }>(
    'with due as (delete from ticketing.outbox returning *) select * from due',
  );
  for (const { topic, payload } of [...rows, ...rows]) await delivery.jobs[topic]?.(payload);
  while ((await delivery.sendDue()).sent > 0);
}
const rawOf = async (userId: string) =>
  await it.sql<{ raw: Buffer; kind: string }>('select raw, kind from delivery.mails where user_id = $1', [
    userId,
  ]);

test('N33, N34: a suggestion is mailed once, with a link and a header that end them', async () => {
  const fan = await suggested();
  await sendMails();
  const [row, ...rest] = await rawOf(fan.id);
  expect(rest).toEqual([]);
  expect(row!.kind).toBe('notice');
  const mail = await readMail(row!.raw);
  expect(mail.subject).toBe('For you: Mole & the Tidelines');
  expect(mail.text).toContain('https://hall.example/e/');
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? '';
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  const link = /^<(.*)>$/.exec(header('list-unsubscribe').replace(/\s/g, ''))?.[1] ?? '';
  expect(link).toMatch(/^https:\/\/hall\.example\/suggestions\/off\?token=/);
  const token = new URL(link).searchParams.get('token') as string;
  expect(mail.text?.replace(/\s/g, '')).toContain(`/no-suggestions#${token}`);

  const { app, house } = await houseOver(it.world);
  const on = async () =>
    (
      await it.sql<{ suggestions: boolean }>(
        'select suggestions from accounts.preferences where user_id = $1',
        [fan.id],
      )
    )[0]!.suggestions;
  const path = `/suggestions/off?token=${encodeURIComponent(token)}`;
  const looked = await app.inject({ method: 'GET', url: path });
  expect(looked.statusCode).toBe(303);
  expect(looked.headers.location).toMatch(/^\/no-suggestions#/);
  expect(await on()).toBe(true);
  // As mail programs send it: a form, from no page of ours.
  const sent = await app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'https://mail.example',
      'sec-fetch-site': 'cross-site',
    },
    payload: 'List-Unsubscribe=One-Click',
  });
  expect(sent.statusCode).toBe(204);
  expect(await on()).toBe(false);
  // It opens nothing else, and nobody else's.
  expect((await call(app, 'GET', '/me/push', { headers: { authorization: `Bearer ${token}` } })).status).toBe(
    401,
  );
  const other = await it.fan(0);
  const forged = token.replace(fan.id, other.id);
  for (const bad of [forged, `${token}x.y`, token.slice(0, -4), 'x', `${fan.id}..`])
    expect(
      (await app.inject({ method: 'POST', url: `/suggestions/off?token=${encodeURIComponent(bad)}` }))
        .statusCode,
      bad,
    ).toBe(400);
  await app.close();
  await house.stop();
});

test('N34: a mail that would come after they were switched off, or too late, is not written', async () => {
  const fan = await suggested();
  await it.sql(`update notifications.notices set expires_at = now() where user_id = $1`, [fan.id]);
  const second = await suggested();
  await it.sql('update accounts.preferences set suggestions = false where user_id = $1', [second.id]);
  await sendMails();
  for (const { id } of [fan, second]) expect(await rawOf(id)).toEqual([]);
});
