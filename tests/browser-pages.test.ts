/** What every page owes its reader: axe finds nothing grave, the keyboard is enough, it is light, tickets open offline. */
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { shop } from '../client/fan/messages-shop.ts';
import { accountTexts } from '../client/texts/accounts.ts';
import { operatorTexts } from '../client/texts/operator.ts';
import { ticketTexts } from '../client/texts/tickets.ts';
import { tillTexts } from '../client/texts/till.ts';
import { vendorTexts } from '../client/texts/vendor.ts';
import type { MadeEvent } from '../server/stores/testing.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { dropPage, seen, settles } from './browser/drop-page.ts';
import { type House, OPERATOR, openHouse, type Person } from './browser/house.ts';
import { press, tabTo } from './browser/keyboard.ts';

const WAITING_BYTES_MAX = 60_000;
const HOUR_MS = 3_600_000;
const AHEAD = 320;
/** The one who shops, those ahead, the fan. */
const NUMBER = AHEAD + 2;

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 60_000 });

let house: House;
let browser: Browser;
let vendor: Person;
let fan: Person;
let phone: Visitor;
let lobby: MadeEvent;
let line: MadeEvent;
let turn: MadeEvent;

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  const { world } = house;
  vendor = await house.person('Vera Vendor', 'vendor');
  fan = await house.person('Fay Fan');
  const tiers = [
    { name: 'Floor', priceCents: 6_500, quantity: 40 },
    { name: 'Balcony', priceCents: 4_250, quantity: 20 },
  ];
  const shared = { tiers, vendorId: vendor.id, title: 'Tidelines' };
  const opensAt = new Date(world.clock.now() + HOUR_MS);
  lobby = await world.createEvent({ ...shared, drop: { phase: 'lobby', hasLine: true, opensAt } });
  await world.createPlace(lobby, fan.id, { number: null });
  // One shopping place, and it is taken: so many ahead that the shop's code is not fetched yet.
  line = await world.createEvent({ ...shared, drop: { hasLine: true, maxTurns: 1 } });
  await world.giveTurn(line, (await world.createUser()).id);
  for (const id of await world.createUsers(AHEAD)) await world.createPlace(line, id);
  await world.createPlace(line, fan.id);
  turn = await world.createEvent({ ...shared, drop: { hasLine: true } });
  await world.giveTurn(turn, fan.id);
  phone = await visit(browser, PHONE);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

/** A phone, a tablet held upright, a desk. */
const WIDTHS = [360, 768, 1_280];

/** Axe finds nothing grave, and nothing sticks out at the side, however wide the screen is. */
async function isSound(where: string, page = phone.page): Promise<void> {
  expect(await graveFindings(page), where).toEqual([]);
  const before = page.viewportSize() as { width: number; height: number };
  for (const width of WIDTHS) {
    await page.setViewportSize({ ...before, width });
    // Not the window's own width: a phone zooms out until what sticks out is in.
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(needed, `${where} on ${width} px`).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize(before);
}

test('U255, U259: axe finds nothing grave on the log-in page, in the lobby and in the line, light or dark', async () => {
  const { page } = phone;
  const drop = dropPage(page);
  await page.goto(`${house.url}/login`);
  await seen(drop.heading(accountTexts.logIn));
  await isSound('log-in');
  // A button without a name would have been found.
  await page.evaluate(() => document.querySelector('main')?.append(document.createElement('button')));
  expect((await graveFindings(page)).join()).toContain('button-name');

  await logIn(page, house.url, fan, `/d/${lobby.dropId}`);
  await seen(drop.heading(say.lobby.title));
  await isSound('lobby');

  await page.goto(`${house.url}/d/${line.dropId}`);
  await drop.button(say.number.go).click();
  await seen(drop.text(say.waiting.sub(NUMBER, NUMBER)));
  await isSound('waiting');
});

test('U255, U256, U259: choosing, holding and paying need no pointer, and axe finds nothing grave on the way', async () => {
  const { page } = phone;
  const drop = dropPage(page);
  await page.goto(`${house.url}/d/${turn.dropId}`);
  await seen(drop.heading(say.turn.title));
  await isSound('turn');

  await press(page, drop.button(shop.turn.more('Floor')));
  await page.keyboard.press('Space');
  await seen(drop.text(shop.turn.total(2)));
  await press(page, drop.button(shop.turn.hold(2)));
  await seen(drop.heading(say.hold.title(2)));
  // The button is gone: whoever pressed it is led to what came of it, not to the top of the page.
  await settles(
    () => drop.state.evaluate((node) => node.contains(document.activeElement)),
    true,
    'the focus is on the new state',
  );
  await isSound('hold');

  await press(page, drop.button(shop.hold.letGo));
  await seen(drop.button(shop.hold.keep));
  await tabTo(page, drop.button(shop.hold.keep));
  await isSound('the question before letting go');
  await page.keyboard.press('Escape');
  await tabTo(page, drop.button(shop.hold.letGo));

  await tabTo(page, page.getByLabel(tillTexts.number));
  await page.keyboard.type('4242424242424242');
  await press(page, drop.button(/^Pay /));
  await seen(drop.heading(say.done.title));
  await isSound('tickets');
});

test('U255, U259: axe finds nothing grave on My tickets, on the vendor’s page and on the operator’s', async () => {
  await phone.page.goto(`${house.url}/my/tickets`);
  await seen(phone.page.getByRole('heading', { level: 1, name: ticketTexts.tickets }));
  await seen(phone.page.getByRole('img', { name: ticketTexts.qrLabel('Tidelines', 'Floor') }));
  await isSound('My tickets');

  const desk = await visit(browser, DESK);
  await logIn(desk.page, house.url, vendor, `/vendor/e/${turn.eventId}`);
  await seen(desk.page.getByText(vendorTexts.live, { exact: true }));
  await isSound('vendor', desk.page);

  const office = await visit(browser, DESK);
  await logIn(office.page, house.url, OPERATOR, '/operator');
  await seen(office.page.getByText(operatorTexts.allWell));
  await isSound('operator', office.page);
});

test('U254, U255, U259: the other pages are sound too, and log no error', async () => {
  const heading = async (visitor: Visitor, path: string) => {
    await visitor.page.goto(house.url + path);
    await seen(visitor.page.getByRole('heading', { level: 1 }));
    await visitor.page.waitForLoadState('networkidle');
    await isSound(path, visitor.page);
  };
  const stranger = await visit(browser, PHONE);
  for (const path of [
    '/',
    `/e/${turn.eventId}`,
    '/register',
    `/d/${lobby.dropId}`,
    `/d/${lobby.dropId}/draw`,
  ])
    await heading(stranger, path);
  await heading(phone, '/my/orders');
  const desk = await visit(browser, DESK);
  await logIn(desk.page, house.url, vendor, '/vendor');
  for (const path of ['/vendor', '/vendor/new', `/vendor/e/${lobby.eventId}`]) await heading(desk, path);
  for (const visitor of [stranger, phone, desk]) expect(visitor.complaints).toEqual([]);
});

test('U20: what the drop page loads while one waits is at most 60 KB, gzipped, the socket included', async () => {
  const page = await phone.context.newPage();
  const devtools = await phone.context.newCDPSession(page);
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const loaded = new Map<string, Promise<number>>();
  page.on('response', (response) => {
    if (!['document', 'script', 'stylesheet'].includes(response.request().resourceType())) return;
    const size = response.body().then((body) => gzipSync(body).length);
    loaded.set(new URL(response.url()).pathname, size);
  });
  await page.goto(`${house.url}/d/${line.dropId}`);
  const drop = dropPage(page);
  await drop.button(say.number.go).click();
  await seen(drop.text(say.waiting.sub(NUMBER, NUMBER)));
  await seen(page.getByText(say.live, { exact: true }));

  const sizes = await Promise.all([...loaded].map(async ([path, size]) => ({ path, bytes: await size })));
  const list = sizes.map(({ path, bytes }) => `${bytes} ${path}`).join('\n');
  // The page itself, its styles, its code and the socket's.
  expect(sizes.length, list).toBeGreaterThanOrEqual(4);
  expect(
    sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    list,
  ).toBeLessThanOrEqual(WAITING_BYTES_MAX);
  await page.close();
});

test('U257: seen once, My tickets opens without a network, with its codes, and says how old it is', async () => {
  const { page, context } = phone;
  const code = page.getByRole('img', { name: ticketTexts.qrLabel('Tidelines', 'Floor') });
  const kept = page.getByText(ticketTexts.keptTitle, { exact: true });
  await page.goto(`${house.url}/my/tickets`);
  await seen(code);
  const drawn = await code.first().innerHTML();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));

  await context.setOffline(true);
  await page.reload();
  await seen(kept);
  await settles(() => code.count(), 2, 'two codes');
  expect(drawn).toContain('<path');
  expect(await code.first().innerHTML()).toBe(drawn);

  await context.setOffline(false);
  await page.reload();
  await seen(code);
  expect(await kept.count()).toBe(0);
});
