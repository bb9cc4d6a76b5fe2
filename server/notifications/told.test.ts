import { createECDH } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { until } from '../stores/testing.ts';
import { type NotificationsWorld, notificationsWorld } from './testing.ts';

let it: NotificationsWorld;
beforeAll(async () => {
  it = await notificationsWorld();
});
afterAll(() => it.close());
afterEach(() => it.receiver.answer(null));

const status =
  (code: number, headers: Record<string, string> = {}) =>
  (_: string, res: ServerResponse) =>
    void res.writeHead(code, headers).end();

/** A notice that stays true: tickets for an event to come that was moved. */
async function moved(devices = 1) {
  const fan = await it.fan(devices);
  const event = await it.world.createEvent({ title: 'Tidelines' });
  await giveTicket(fan.id, event);
  await it.sql(
    `insert into notifications.notices (id, user_id, kind, subject, event_id, urgent, expires_at)
     values (gen_random_uuid(), $1, 'event_moved', $2::uuid || ':2', $2, false, now() + interval '1 day')`,
    [fan.id, event.eventId],
  );
  return { fan, event };
}
async function giveTicket(userId: string, event: { eventId: string; dropId: string; tierIds: string[] }) {
  const { ids } = it.world;
  const [holdId, orderId, itemId] = [ids.next(), ids.next(), ids.next()];
  await it.sql(
    `insert into ticketing.holds (id, drop_id, user_id, request_id, body_hash, status, quantity, expires_at, epoch)
     values ($1, $2, $3, $4, '\\x00', 'completed', 1, now() + interval '1 hour', 1)`,
    [holdId, event.dropId, userId, ids.next()],
  );
  await it.sql(
    `insert into ticketing.orders (id, reference, user_id, event_id, drop_id, hold_id, status, subtotal_cents, total_cents, currency)
     values ($1, $2, $3, $4, $5, $6, 'paid', 5000, 5000, 'EUR')`,
    [orderId, orderId.slice(-8), userId, event.eventId, event.dropId, holdId],
  );
  await it.sql(
    `insert into ticketing.order_items (id, order_id, tier_id, quantity, unit_price_cents) values ($1, $2, $3, 1, 5000)`,
    [itemId, orderId, event.tierIds[0]],
  );
  await it.sql(
    `insert into ticketing.tickets (id, order_id, order_item_id, ordinal, event_id, tier_id, owner_user_id, status)
     values ($1, $2, $3, 1, $4, $5, $6, 'issued')`,
    [ids.next(), orderId, itemId, event.eventId, event.tierIds[0], userId],
  );
}
/** Whatever waits to be tried again is due. */
const hurry = (userId: string) =>
  it.sql(`update notifications.notices set try_at = now() where user_id = $1 and status = 'queued'`, [
    userId,
  ]);
const only = async (userId: string) => {
  const [row, ...rest] = await it.notices(userId);
  expect(rest).toEqual([]);
  return row!;
};

test('N1: a device is kept once, listed, and another’s does not exist', async () => {
  const fan = await it.fan();
  const { devices } = it.notifications;
  const again = await devices.keep(fan.id, { ...fan.browsers[0]!, name: 'My phone' });
  expect(again).toMatchObject({ ok: true, value: { id: fan.deviceIds[0], name: 'My phone', ended: false } });
  expect(await devices.mine(fan.id)).toHaveLength(1);
  const other = await it.fan();
  expect(await devices.remove(other.id, fan.deviceIds[0]!)).toMatchObject({
    ok: false,
    error: { code: 'NOT_FOUND' },
  });
  expect(await it.notifications.test(other.id, fan.deviceIds[0]!)).toMatchObject({ ok: false });
  expect(await devices.remove(fan.id, fan.deviceIds[0]!)).toMatchObject({ ok: true });
  expect(await devices.mine(fan.id)).toEqual([]);
});

test('N2: whoever logs in on a browser has it, under another id; the one before is told nothing there', async () => {
  const first = await it.fan();
  const second = await it.fan(0);
  const browser = first.browsers[0]!;
  const kept = await it.notifications.devices.keep(second.id, { ...browser, name: 'Same browser' });
  if (!kept.ok) throw new Error(kept.error.code);
  expect(kept.value.id).not.toBe(first.deviceIds[0]);
  expect(await it.notifications.devices.mine(first.id)).toEqual([]);
  expect(await it.notifications.test(first.id, kept.value.id)).toMatchObject({ ok: false });
  expect(await it.notifications.test(second.id, kept.value.id)).toEqual({
    ok: true,
    value: { state: 'sent' },
  });
});

test('N3: keys off the curve, too short or too long, and endpoints of strangers, are refused', async () => {
  const fan = await it.fan(0);
  const good = it.receiver.browser();
  const off = Buffer.from(good.keys.p256dh, 'base64url');
  off[64] = (off[64] as number) ^ 1;
  const short = createECDH('prime256v1').generateKeys('base64url', 'compressed');
  const cases = [
    { ...good, keys: { ...good.keys, p256dh: off.toString('base64url') } },
    { ...good, keys: { ...good.keys, p256dh: short } },
    { ...good, keys: { ...good.keys, auth: Buffer.alloc(15).toString('base64url') } },
    { ...good, endpoint: 'https://169.254.169.254/latest/meta-data/' },
  ];
  for (const one of cases)
    expect(await it.notifications.devices.keep(fan.id, { ...one, name: 'x' })).toMatchObject({
      ok: false,
      error: { code: 'INVALID_REQUEST' },
    });
  expect(await it.notifications.devices.mine(fan.id)).toEqual([]);
});

test('N4: of more than twenty, those that ended go, then the oldest', async () => {
  const fan = await it.fan(LIMITS.devicesPerAccountMax);
  const [oldest, , ended] = fan.deviceIds;
  await it.sql('update notifications.devices set ended_at = now() where id = $1', [ended]);
  const add = () => it.notifications.devices.keep(fan.id, { ...it.receiver.browser(), name: 'New' });
  await add();
  let left = (await it.notifications.devices.mine(fan.id)).map(({ id }) => id);
  expect(left).toHaveLength(LIMITS.devicesPerAccountMax);
  expect(left).not.toContain(ended);
  expect(left).toContain(oldest);
  await add();
  left = (await it.notifications.devices.mine(fan.id)).map(({ id }) => id);
  expect(left).toHaveLength(LIMITS.devicesPerAccountMax);
  expect(left).not.toContain(oldest);
});

test('N5: a test says what became of it', async () => {
  const fan = await it.fan();
  const [id] = fan.deviceIds as [string];
  expect(await it.notifications.test(fan.id, id)).toEqual({ ok: true, value: { state: 'sent' } });
  expect(it.told(fan.browsers[0]!)[0]?.message).toMatchObject({ kind: 'test', url: '/profile' });
  it.receiver.answer(status(500));
  expect(await it.notifications.test(fan.id, id)).toEqual({ ok: true, value: { state: 'failed' } });
  it.receiver.answer(status(410));
  expect(await it.notifications.test(fan.id, id)).toEqual({ ok: true, value: { state: 'ended' } });
  expect(await it.notifications.test(fan.id, id)).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  expect(await it.notifications.devices.mine(fan.id)).toMatchObject([{ ended: true }]);
});

test('N6: a reminder is kept once for an event to come, listed and taken back', async () => {
  const fan = await it.fan(0);
  const { reminders } = it.notifications;
  const event = await it.world.createEvent({ title: 'Soon' });
  const draft = await it.world.createEvent({ status: 'draft', drop: null });
  const canceled = await it.world.createEvent({ status: 'canceled' });
  const past = await it.world.createEvent({ startAt: new Date(Date.now() - 3_600_000) });
  for (let i = 0; i < 2; i++) expect(await reminders.keep(fan.id, event.eventId)).toMatchObject({ ok: true });
  expect(await reminders.keep(fan.id, draft.eventId)).toMatchObject({
    ok: false,
    error: { code: 'NOT_FOUND' },
  });
  for (const { eventId } of [canceled, past])
    expect(await reminders.keep(fan.id, eventId)).toMatchObject({
      ok: false,
      error: { code: 'INVALID_STATE' },
    });
  expect(await reminders.mine(fan.id)).toMatchObject([{ eventId: event.eventId, title: 'Soon' }]);
  await reminders.remove(fan.id, event.eventId);
  await reminders.remove(fan.id, event.eventId);
  expect(await reminders.mine(fan.id)).toEqual([]);
});

test('N14: what is sent opens in one browser, signed for its service alone, with TTL, urgency and topic', async () => {
  const { fan } = await moved();
  await it.sendAll();
  const [push, ...rest] = it.told(fan.browsers[0]!);
  expect(rest).toEqual([]);
  expect(push!.message).toMatchObject({
    kind: 'event_moved',
    title: 'Changed: Tidelines',
    tag: expect.stringMatching(/^event-/),
  });
  expect(push!.message.url).toMatch(/^\/e\/[0-9a-f-]{36}$/);
  expect(push!.senderKey).toBe(it.notifications.publicKey);
  expect(push!.claims).toMatchObject({ aud: it.receiver.origin, sub: 'mailto:ops@hall.example' });
  expect(push!.headers.urgency).toBe('normal');
  expect(push!.headers.topic).toMatch(/^[A-Za-z0-9_-]{32}$/);
  const ttl = Number(push!.headers.ttl);
  expect(ttl).toBeGreaterThan(86_300);
  expect(ttl).toBeLessThanOrEqual(86_400);
  expect(it.receiver.refused).toEqual([]);
});

test('N14: a text of any length and script fits', async () => {
  const fan = await it.fan();
  const event = await it.world.createEvent({ title: '🌊'.repeat(100) });
  await giveTicket(fan.id, event);
  await it.sql(
    `insert into notifications.notices (id, user_id, kind, subject, event_id, urgent, expires_at)
     values (gen_random_uuid(), $1, 'event_moved', 'x', $2, false, now() + interval '1 day')`,
    [fan.id, event.eventId],
  );
  await it.sendAll();
  const [push] = it.told(fan.browsers[0]!);
  expect([...push!.message.title].length).toBeLessThanOrEqual(120);
  expect(push!.message.title).not.toContain('\ufffd');
});

test.each([404, 410])('N15: %i ends the device', async (code) => {
  const { fan } = await moved();
  it.receiver.answer(status(code));
  await it.sendAll();
  expect(await it.notifications.devices.mine(fan.id)).toMatchObject([{ ended: true }]);
  expect(await only(fan.id)).toMatchObject({ status: 'failed' });
});

test('N15: a browser that subscribed anew while its old message was refused lives', async () => {
  const { fan } = await moved();
  const browser = fan.browsers[0]!;
  const fresh = createECDH('prime256v1').generateKeys('base64url');
  it.receiver.answer((_endpoint, res) => {
    void it.notifications.devices
      .keep(fan.id, { endpoint: browser.endpoint, keys: { ...browser.keys, p256dh: fresh }, name: 'Anew' })
      .then(() => res.writeHead(410).end());
  });
  await it.sendAll();
  expect(await it.notifications.devices.mine(fan.id)).toMatchObject([{ name: 'Anew', ended: false }]);
});

test('N16: Retry-After is heeded, 5xx is tried again, and the notice goes out when the service is back', async () => {
  const { fan } = await moved();
  it.receiver.answer(status(429, { 'retry-after': '600' }));
  await it.sendAll();
  let row = await only(fan.id);
  expect(row).toMatchObject({ status: 'queued', tries: 1, outcome: 'the service asks us to slow down' });
  const wait = row.try_at.getTime() - Date.now();
  expect(wait).toBeGreaterThan(590_000);
  expect(wait).toBeLessThan(601_000);
  it.receiver.answer(status(503));
  await hurry(fan.id);
  await it.sendAll();
  row = await only(fan.id);
  expect(row).toMatchObject({ status: 'queued', tries: 2 });
  it.receiver.answer(null);
  await hurry(fan.id);
  await it.sendAll();
  expect(await only(fan.id)).toMatchObject({ status: 'sent', reached: fan.deviceIds });
});

test('N16: what would be tried again too late is not tried again', async () => {
  const { fan } = await moved();
  await it.sql(`update notifications.notices set expires_at = now() + interval '30 s' where user_id = $1`, [
    fan.id,
  ]);
  it.receiver.answer(status(429, { 'retry-after': '600' }));
  await it.sendAll();
  expect(await only(fan.id)).toMatchObject({ status: 'failed', outcome: 'the service asks us to slow down' });
});

test('N17: 413 fails the message, not the device; five refusals in a row end it', async () => {
  const { fan } = await moved();
  it.receiver.answer(status(413));
  await it.sendAll();
  expect(await only(fan.id)).toMatchObject({ status: 'failed' });
  it.receiver.answer(status(403));
  const test = () => it.notifications.test(fan.id, fan.deviceIds[0]!);
  for (let i = 0; i < LIMITS.pushFailuresMax; i++) {
    expect(await it.notifications.devices.mine(fan.id)).toMatchObject([{ ended: false }]);
    expect(await test()).toMatchObject({ ok: true, value: { state: 'failed' } });
  }
  expect(await it.notifications.devices.mine(fan.id)).toMatchObject([{ ended: true }]);
});

test('N18: a service that is away holds up no other', async () => {
  const { fan } = await moved(1);
  // A second one of the fan's devices is with a service that cannot be reached.
  await it.sql(
    `insert into notifications.devices (id, user_id, endpoint, p256dh, auth, name)
     select gen_random_uuid(), user_id, 'https://updates.push.services.mozilla.com/' || id, p256dh, auth, 'Away'
       from notifications.devices where user_id = $1`,
    [fan.id],
  );
  const by = it.another({
    resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
  });
  await it.sendAll(by);
  expect(it.told(fan.browsers[0]!)).toHaveLength(1);
  expect(await only(fan.id)).toMatchObject({ status: 'queued', reached: fan.deviceIds });
});

test('N18: a made-up host under a service’s name closes that service for nobody', async () => {
  const { id, browsers } = await it.fan();
  const by = it.another({
    resolve: () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
  });
  const state = async (host: string) => {
    const endpoint = `https://${host}/wpush/${it.world.ids.next()}`;
    const device = await by.devices.keep(id, { ...browsers[0]!, endpoint, name: 'Made up' });
    if (!device.ok) throw new Error(device.error.code);
    expect(await by.test(id, device.value.id)).toMatchObject({ ok: true, value: { state: 'failed' } });
    return by.breakers().map((one) => one.state());
  };
  expect(await state('made-up.push.services.mozilla.com')).toEqual([]);
  expect(await state('made-up.notify.windows.com')).toEqual([]);
  // Where browsers really are, silence is the service's.
  expect(await state('updates.push.services.mozilla.com')).toEqual(['degraded']);
  expect(await state('made-up.push.services.mozilla.com')).toEqual(['degraded']);
});

test('N19: what one device has is not sent to it again because another failed', async () => {
  const { fan } = await moved(3);
  const [, broken] = fan.browsers;
  it.receiver.answer((endpoint, res) => void res.writeHead(endpoint === broken!.endpoint ? 503 : 201).end());
  await it.sendAll();
  expect((await only(fan.id)).reached.sort()).toEqual([fan.deviceIds[0], fan.deviceIds[2]].sort());
  const before = it.receiver.requests;
  it.receiver.answer(null);
  await hurry(fan.id);
  await it.sendAll();
  expect(it.receiver.requests - before).toBe(1);
  expect(it.told(broken!)).toHaveLength(1);
  expect(await only(fan.id)).toMatchObject({ status: 'sent' });
});

test('N20: ten workers at once send one message', async () => {
  const fans = await Promise.all(Array.from({ length: 20 }, () => moved()));
  const workers = Array.from({ length: 10 }, () => it.another());
  await Promise.all(workers.map((worker) => it.sendAll(worker)));
  for (const { fan } of fans) expect(it.told(fan.browsers[0]!), fan.id).toHaveLength(1);
});

test('N20: a worker that died with it leaves it to another, once its lease is over', async () => {
  const { fan } = await moved();
  let release: (() => void) | undefined;
  it.receiver.answer((_, res) => {
    release = () => void res.writeHead(201).end();
  });
  const first = it.notifications.sending.sendDue(false);
  await until('asked', () => release !== undefined);
  // Held by the first: there is nothing for a second.
  expect(await it.another().sending.sendDue(false)).toEqual({ done: 0, more: false });
  it.receiver.answer(null);
  await hurry(fan.id);
  await it.sendAll(it.another());
  expect(await only(fan.id)).toMatchObject({ status: 'sent' });
  release?.();
  await first;
  expect(await only(fan.id)).toMatchObject({ status: 'sent', reached: fan.deviceIds });
});

test('N7: a device or an account that goes while it is being told leaves nothing and breaks nothing', async () => {
  for (const what of ['device', 'account'] as const) {
    const { fan } = await moved();
    it.receiver.answer((_, res) => {
      const gone =
        what === 'device'
          ? it.sql('delete from notifications.devices where user_id = $1', [fan.id])
          : it.sql(
              `with t as (delete from ticketing.tickets where owner_user_id = $1)
               update accounts.users set disabled_at = now() where id = $1`,
              [fan.id],
            );
      void gone.then(() => res.writeHead(410).end());
    });
    await it.sendAll();
    expect(
      (await it.notices(fan.id)).map((row) => row.status),
      what,
    ).toEqual(['failed']);
  }
  // Nothing of an account outlives it.
  const lone = await it.fan();
  await it.notifications.reminders.keep(lone.id, (await it.world.createEvent()).eventId);
  await it.sql('delete from accounts.users where id = $1', [lone.id]);
  for (const table of ['devices', 'reminders', 'notices'])
    expect(await it.sql(`select 1 from notifications.${table} where user_id = $1`, [lone.id]), table).toEqual(
      [],
    );
});

test('N30: what can wait is put off to the end of quiet hours, without counting as a try', async () => {
  const { fan } = await moved();
  await it.sql(
    `insert into accounts.preferences (user_id, quiet_from, quiet_until, time_zone)
     values ($1, (now() at time zone 'UTC' - interval '1 hour')::time, (now() at time zone 'UTC' + interval '2 hours')::time, 'UTC')`,
    [fan.id],
  );
  await it.sendAll();
  const row = await only(fan.id);
  expect(row).toMatchObject({ status: 'queued', tries: 0, outcome: 'quiet hours' });
  const wait = row.try_at.getTime() - Date.now();
  expect(wait).toBeGreaterThan(118 * 60_000);
  expect(wait).toBeLessThan(121 * 60_000);
  expect(it.told(fan.browsers[0]!)).toEqual([]);
});

test('N33: without a device it is mailed once, to a proven address whose owner wants mails', async () => {
  const mails = async () =>
    (
      await it.sql<{ n: number }>(
        `select count(*)::int as n from ticketing.outbox where topic = 'notice.mail'`,
      )
    )[0]!.n;
  await it.sql('delete from ticketing.outbox');
  const { fan } = await moved(0);
  await it.sendAll();
  expect(await only(fan.id)).toMatchObject({ status: 'dropped', outcome: 'no device' });
  const second = await moved(0);
  await it.sql('update accounts.users set email_verified_at = now() where id = $1', [second.fan.id]);
  await Promise.all([it.sendAll(), it.sendAll(it.another())]);
  expect(await only(second.fan.id)).toMatchObject({ status: 'mailed' });
  expect(await mails()).toBe(1);
  const third = await moved(1);
  await it.sql('update accounts.users set email_verified_at = now() where id = $1', [third.fan.id]);
  await it.sql('insert into accounts.preferences (user_id, by_push) values ($1, false)', [third.fan.id]);
  await it.sendAll();
  expect(it.told(third.fan.browsers[0]!)).toEqual([]);
  expect(await only(third.fan.id)).toMatchObject({ status: 'mailed' });
  const fourth = await moved(1);
  await it.sql('update accounts.users set email_verified_at = now() where id = $1', [fourth.fan.id]);
  it.receiver.answer(status(410));
  await it.sendAll();
  expect(await only(fourth.fan.id)).toMatchObject({ status: 'mailed', outcome: 'no device took it' });
});

test('N36: what was told, and what services said, is counted', async () => {
  const metrics = await it.registry.metrics();
  expect(metrics).toMatch(/holdfast_notices_total\{kind="event_moved",outcome="sent"\} \d+/);
  expect(metrics).toMatch(/holdfast_notices_total\{kind="event_moved",outcome="mailed"\} \d+/);
  for (const outcome of ['taken', 'ended', 'refused', 'later'])
    expect(metrics).toMatch(
      new RegExp(`holdfast_push_messages_total\\{service="own",outcome="${outcome}"\\} \\d+`),
    );
});
