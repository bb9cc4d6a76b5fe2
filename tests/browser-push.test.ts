/**
 * Notifications in a real browser. Chromium without a head reaches no push service, so that its subscription is ours: the page
 * subscribes with it, the program sends to a push service of the tests, and what that one opened is handed to the service worker
 * through the browser's own debugging door (`ServiceWorker.deliverPushMessage`).
 */
import type { Browser, CDPSession } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { notificationTexts as texts } from '../client/texts/notifications.ts';
import {
  type Browser as PushBrowser,
  type Receiver,
  startReceiver,
} from '../server/notifications/testing-receiver.ts';
import { until } from '../server/stores/testing.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, type Visitor, visit } from './browser/chromium.ts';
import { gone, seen, settles } from './browser/drop-page.ts';
import { type House, openHouse, type Person } from './browser/house.ts';

vi.setConfig({ testTimeout: 120_000 });

let receiver: Receiver;
let house: House;
let browser: Browser;
let visitor: Visitor;
let fan: Person;
let client: PushBrowser;
let cdp: CDPSession;
let registrationId: string;

beforeAll(async () => {
  receiver = await startReceiver();
  browser = await openBrowser();
  house = await openHouse('api,edge,worker', { PUSH_HOSTS: receiver.origin });
  fan = await house.person('Fay Fan');
  visitor = await visit(browser, DESK);
  client = receiver.browser();
  await visitor.context.grantPermissions(['notifications'], { origin: house.url });
  await visitor.context.addInitScript(({ endpoint, keys }) => {
    let live = false;
    const subscription = {
      endpoint,
      options: { applicationServerKey: null },
      toJSON: () => ({ endpoint, keys }),
      unsubscribe: async () => {
        live = false;
        (globalThis as { unsubscribed?: boolean }).unsubscribed = true;
        return true;
      },
    };
    const { prototype } = PushManager as unknown as { prototype: Record<string, unknown> };
    prototype.getSubscription = async () => (live || localStorage.getItem('test.live') ? subscription : null);
    prototype.subscribe = async () => {
      live = true;
      localStorage.setItem('test.live', 'yes');
      return subscription;
    };
  }, client);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
  await receiver?.close();
}, 60_000);

const main = () => visitor.page.getByRole('main');
/** What the worker shows now. */
const shown = (): Promise<{ title: string; body: string; tag: string }[]> =>
  visitor.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration('/my/');
    const notes = (await registration?.getNotifications()) ?? [];
    return notes.map(({ title, body, tag }) => ({ title, body, tag }));
  });
const deliver = (message: object) =>
  cdp.send('ServiceWorker.deliverPushMessage', {
    origin: house.url,
    registrationId,
    data: JSON.stringify(message),
  });

test('N42: this device is switched on, listed and tried; what is sent opens, and nothing grave for axe', async () => {
  const { page } = visitor;
  cdp = await page.context().newCDPSession(page);
  cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
    const mine = registrations.find(({ scopeURL, isDeleted }) => scopeURL.endsWith('/my/') && !isDeleted);
    if (mine) registrationId = mine.registrationId;
  });
  await cdp.send('ServiceWorker.enable');
  await logIn(page, house.url, fan, '/profile');
  await main().getByRole('button', { name: texts.on }).click();
  await seen(main().getByText(texts.isOn));
  await seen(main().getByText(texts.here, { exact: true }));
  await main()
    .getByRole('button', { name: /to try it$/ })
    .first()
    .click();
  await seen(main().getByText(texts.tested.sent));
  expect(receiver.received.map(({ endpoint, message }) => [endpoint, message.kind])).toEqual([
    [client.endpoint, 'test'],
  ]);
  expect(await graveFindings(page)).toEqual([]);
});

test('N40: the worker shows what was pushed, once for a tag, and nothing where the line itself is looked at', async () => {
  const { page } = visitor;
  await until('a worker', () => registrationId !== undefined);
  const message = { ...receiver.received[0]!.message, dropId: '00000000-0000-4000-8000-000000000001' };
  // What the debugger hands over is now and then lost on its way to a worker: it is handed over until it is there.
  const arrives = (pushed: { title: string; tag: string; dropId?: string | undefined }) =>
    until(pushed.title, async () => {
      await deliver(pushed);
      return (await shown()).some(({ title }) => title === pushed.title);
    });
  await arrives(message);
  await arrives({ ...message, title: 'Newer' });
  expect(await shown()).toHaveLength(1);
  await page.goto(`${house.url}/d/${message.dropId}`);
  await page.bringToFront();
  await deliver({ ...message, title: 'Unseen', tag: 'other' });
  await arrives({ ...message, title: 'Elsewhere', tag: 'elsewhere', dropId: undefined });
  expect((await shown()).map(({ title }) => title)).not.toContain('Unseen');
});

test('N41: pressing it focuses the page that is open, or opens it; a foreign address opens the front page', async () => {
  await visitor.page.goto(`${house.url}/profile`);
  const worker = visitor.context.serviceWorkers()[0]!;
  // A press made by a script gives no leave to open windows: what would be opened is noted.
  const press = (url: string) =>
    worker.evaluate(async (to) => {
      const scope = globalThis as unknown as ServiceWorkerGlobalScope;
      const done: string[] = [];
      const { clients } = scope;
      clients.openWindow = async (href) => {
        done.push(`open ${href}`);
        return null;
      };
      WindowClient.prototype.focus = async function focus() {
        done.push(`focus ${new URL(this.url).pathname}`);
        return this;
      };
      const waits: Promise<unknown>[] = [];
      const event = new Event('notificationclick') as Event & Record<string, unknown>;
      event.notification = { close: () => done.push('closed'), data: { url: to } };
      event.waitUntil = (work: Promise<unknown>) => waits.push(work);
      scope.dispatchEvent(event);
      await Promise.all(waits);
      return done;
    }, url);
  const { pathname } = new URL(visitor.page.url());
  expect(await press(pathname)).toEqual(['closed', `focus ${pathname}`]);
  expect(await press('/my/tickets')).toEqual(['closed', `open ${house.url}/my/tickets`]);
  for (const foreign of ['https://evil.example/x', '//evil.example', 'javascript:alert(1)'])
    expect(await press(foreign)).toEqual(['closed', `open ${house.url}/`]);
});

const listed = async () =>
  (await (await house.as(fan))<{ items: { ended: boolean }[] }>('GET', '/me/push')).items;

test('N43: a subscription that the browser dropped is made anew on the profile, without a question', async () => {
  const { page } = visitor;
  await house.world.ledger.reads.raw.query('update notifications.devices set ended_at = now()');
  await page.evaluate(() => localStorage.removeItem('test.live'));
  await page.goto(`${house.url}/profile`);
  await settles(async () => (await listed()).map(({ ended }) => ended), [false], 'told again');
  await seen(main().getByText(texts.here, { exact: true }));
  expect(await page.evaluate(() => localStorage.getItem('test.live'))).toBe('yes');
});

test('N43: it is made anew by the lobby’s page too; whoever is not told here is offered it, allowed or not', async () => {
  const { page } = visitor;
  const { world } = house;
  const opensAt = new Date(world.clock.now() + 3_600_000);
  const lobby = await world.createEvent({ drop: { phase: 'lobby', hasLine: true, opensAt } });
  await world.createPlace(lobby, fan.id, { number: null });
  const offer = main().getByRole('button', { name: say.waiting.notify, exact: true });
  await page.evaluate(() => localStorage.removeItem('test.live'));
  await page.goto(`${house.url}/d/${lobby.dropId}`);
  await settles(() => page.evaluate(() => localStorage.getItem('test.live')), 'yes', 'subscribed again');
  await seen(main().getByRole('button', { name: say.waiting.notifiedFull, exact: true }));
  expect(await listed()).toHaveLength(1);

  const device = await page.evaluate(() => localStorage.getItem('holdfast.device') ?? '');
  await page.evaluate(() => localStorage.removeItem('holdfast.device'));
  await page.reload();
  await seen(offer);
  await offer.click();
  await settles(() => page.evaluate(() => localStorage.getItem('holdfast.device')), device, 'told here');
});

test('N44: a subscription that the browser exchanged is told the server by the worker; of somebody logged out it is not', async () => {
  const worker = visitor.context.serviceWorkers()[0]!;
  const exchange = (fresh: PushBrowser, made: boolean) =>
    worker.evaluate(
      async ({ endpoint, keys, given }) => {
        const subscription = { endpoint, toJSON: () => ({ endpoint, keys }) } as unknown as PushSubscription;
        const asked: unknown[] = [];
        PushManager.prototype.subscribe = async (options) => {
          asked.push(options);
          return subscription;
        };
        const waits: Promise<unknown>[] = [];
        const event = new Event('pushsubscriptionchange') as Event & Record<string, unknown>;
        event.newSubscription = given ? subscription : null;
        event.waitUntil = (work: Promise<unknown>) => waits.push(work);
        dispatchEvent(event);
        await Promise.all(waits);
        return asked.length;
      },
      { ...fresh, given: made },
    );
  expect(await exchange(receiver.browser(), true)).toBe(0);
  expect(await listed()).toHaveLength(2);
  expect(await exchange(receiver.browser(), false)).toBe(1);
  expect(await listed()).toHaveLength(3);
  // It spent the page's cookie, and the page goes on with its successor.
  await visitor.page.goto(`${house.url}/profile`);
  await seen(main().getByText(texts.here, { exact: true }));
  const kept = await visitor.context.cookies();
  await visitor.context.clearCookies();
  await exchange(receiver.browser(), true);
  expect(await listed()).toHaveLength(3);
  await visitor.context.addCookies(kept);
});

test('N45: “Remind me” is set on an event’s page, listed on the profile, and taken back there and here', async () => {
  const { page } = visitor;
  const inHours = (hours: number) => new Date(house.world.clock.now() + hours * 3_600_000);
  const { eventId } = await house.world.createEvent({
    title: 'Far Shore',
    drop: { phase: 'scheduled', hasLine: true, lobbyOpensAt: inHours(20), opensAt: inHours(24) },
  });
  const press = (name: string) => main().getByRole('button', { name, exact: true }).click();
  const row = main()
    .getByRole('list', { name: texts.reminders })
    .getByRole('link', { name: 'Far Shore', exact: true });
  await page.goto(`${house.url}/e/${eventId}`);
  await press(texts.remind);
  await seen(main().getByText(texts.reminded));
  expect(await graveFindings(page)).toEqual([]);
  await page.goto(`${house.url}/profile`);
  await seen(row);
  expect(await graveFindings(page)).toEqual([]);
  await press(texts.removeReminderLabel('Far Shore'));
  await seen(main().getByText(texts.noLonger('Far Shore')));
  await gone(row);
  await page.goto(`${house.url}/e/${eventId}`);
  await press(texts.remind);
  await press(texts.noRemind);
  await seen(main().getByRole('button', { name: texts.remind, exact: true }));
  expect(await (await house.as(fan))('GET', '/me/reminders')).toEqual({ items: [] });
});

test('N42: logging out ends what this browser is told, and a device is taken off the list', async () => {
  const { page } = visitor;
  await page.goto(`${house.url}/profile`);
  await page.getByRole('button', { name: /Fay Fan/ }).click();
  await page.getByRole('button', { name: 'Log out', exact: true }).click();
  await until('ended', () =>
    page.evaluate(() => (globalThis as { unsubscribed?: boolean }).unsubscribed === true),
  );
  await logIn(page, house.url, fan, '/profile');
  const all = main().getByRole('list', { name: texts.devices }).getByRole('listitem');
  for (let left = (await listed()).length; left > 0; left -= 1) {
    await settles(() => all.count(), left, 'the list');
    await all
      .first()
      .getByRole('button', { name: /^Remove / })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: texts.remove }).click();
  }
  await seen(main().getByText(texts.none));
  // What was taken off the list is not put on it again by itself.
  await page.reload();
  await seen(main().getByRole('button', { name: texts.on }));
  expect(await listed()).toEqual([]);
});
