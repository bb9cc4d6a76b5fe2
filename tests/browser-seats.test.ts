/**
 * Seats in a browser: two fans want the same ones, one goes without a pointer, one is on a phone; the built pages, real
 * processes, real stores. Tests that follow each other say so: the fans' pages stay as they were left.
 */
import type { Browser, WebSocketRoute } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { shop } from '../client/fan/messages-shop.ts';
import { fitted } from '../client/seats/camera.ts';
import { seatNames } from '../client/texts/seat-names.ts';
import { seatTexts } from '../client/texts/seats.ts';
import { tillTexts } from '../client/texts/till.ts';
import { generateVenue } from '../server/seating/index.ts';
import { hallMap, type MadeSeatEvent, seatEvent } from '../server/seating/testing.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { gone, says, seen, settles } from './browser/drop-page.ts';
import { type House, openHouse } from './browser/house.ts';
import { press, tabTo } from './browser/keyboard.ts';
import { countFrames, noteWhen, type SeatPage, seatPage } from './browser/seats.ts';

const GOOD = '4242424242424242';
const A = 'Section A';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 90_000 });

let house: House;
let browser: Browser;
let hall: MadeSeatEvent;
let large: MadeSeatEvent;
let ann: Visitor;
let ben: Visitor;
let annsPage: SeatPage;
let bensPage: SeatPage;
/** While set, Ben's socket brings no news of seats: he is in a tunnel. */
let deaf = false;
const others: Visitor[] = [];

const tiers = [
  { name: 'Stalls', priceCents: 8_500, quantity: 600 },
  { name: 'Pit', priceCents: 4_250, quantity: 50 },
];

async function fan(
  name: string,
  options: Parameters<typeof visit>[1],
  event: MadeSeatEvent,
): Promise<Visitor> {
  const person = await house.person(name);
  const visitor = await visit(browser, options);
  await logIn(visitor.page, house.url, person, `/d/${event.dropId}`);
  return visitor;
}

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  const map = hallMap({
    rows: 10,
    seatsPerRow: 20,
    sections: 3,
    accessible: true,
    standing: [{ key: 'pit', capacity: 50 }],
  });
  const all = Object.fromEntries(map.sections.map(({ key }) => [key, '0']));
  hall = await seatEvent(house.world, {
    map,
    tiers,
    assignment: { sections: all, standing: { pit: '1' } },
    drop: { limitPerFan: 4 },
  });
  const venue = generateVenue(20_000);
  large = await seatEvent(house.world, {
    map: venue,
    tiers: [{ name: 'Seats', priceCents: 5_000, quantity: 20_000 }],
    assignment: { sections: Object.fromEntries(venue.sections.map(({ key }) => [key, '0'])) },
    drop: { limitPerFan: 4 },
  });
  ann = await fan('Ann Fan', DESK, hall);
  ben = await visit(browser, DESK);
  await ben.page.routeWebSocket(/./, (socket: WebSocketRoute) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!(deaf && String(message).includes('seats:delta'))) socket.send(message);
    });
  });
  await logIn(ben.page, house.url, await house.person('Ben Fan'), `/d/${hall.dropId}`);
  annsPage = seatPage(ann.page);
  bensPage = seatPage(ben.page);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

const hold = (drop: SeatPage, count: number) => drop.button(seatTexts.basket.hold(count));
const held = (drop: SeatPage, count: number) => drop.heading(say.hold.title(count));
const row = (name: string) => seatNames.place(A, name);

test('U340: two want the same seats: one holds them, the other sees them go and is told', async () => {
  for (const drop of [annsPage, bensPage]) {
    await drop.openList(A);
    await drop.pick(A, 'E', [10, 11]);
    await seen(hold(drop, 2));
  }
  const number = hall.seat('E', 10);
  const annHolds = await noteWhen(ann.page, '.held');
  const benSees = await noteWhen(ben.page, `[data-seat="${number}"].is-held`);
  await hold(annsPage, 2).click();
  await seen(held(annsPage, 2));
  await says(annsPage.state, new RegExp(`${row('E')}: seats 10, 11`));

  await settles(
    () => bensPage.seat(A, 'E', 10).getAttribute('aria-pressed'),
    'false',
    'the seat is no longer picked',
  );
  await says(bensPage.basket, new RegExp(`${row('E')}, seat 10 ${seatTexts.basket.gone}`));
  await seen(hold(bensPage, 0));
  const [told, saw] = [await annHolds(), await benSees()];
  if (told === null || saw === null) throw new Error('one of the two moments was not seen');
  process.stdout.write(
    `seats: ${Math.round(saw - told)} ms from one page's "held" to the other's list (two browsers on this machine)\n`,
  );
});

test('U341: whoever has not heard yet is refused by name, and takes the seats that are offered instead', async () => {
  await bensPage.button(seatTexts.basket.dismiss).click();
  deaf = true;
  const cat = await fan('Cat Fan', DESK, hall);
  others.push(cat);
  const cats = seatPage(cat.page);
  await cats.openList(A);
  await cats.pick(A, 'C', [5, 6]);
  await bensPage.pick(A, 'C', [5, 6]);
  await hold(cats, 2).click();
  await seen(held(cats, 2));

  await hold(bensPage, 2).click();
  await seen(bensPage.text(seatTexts.refusal.taken(`${row('C')}, seats 5 and 6`)));
  await bensPage.button(seatTexts.refusal.take(2)).click();
  await seen(held(bensPage, 2));
  deaf = false;
  const text = await bensPage.state.innerText();
  expect(text).toMatch(/row [A-J]: seats \d+, \d+/);
  expect(text).not.toMatch(/row C: seats 5, 6/);
});

test('U342: held seats are exchanged for others, and the time to pay stays the same', async () => {
  const until = (await annsPage.state.innerText()).match(/\d\d:\d\d:\d\d/)?.[0];
  await annsPage.button(seatTexts.hold.change).click();
  await annsPage.openList(A);
  await annsPage.pick(A, 'E', [10, 11]);
  await annsPage.pick(A, 'F', [3, 4]);
  await annsPage.button(seatTexts.basket.swap(2)).click();
  await says(annsPage.state, new RegExp(`${row('F')}: seats 3, 4`));
  expect(until).toBeDefined();
  expect(await annsPage.state.innerText()).toContain(until);
  await gone(annsPage.text(`${row('E')}: seats 10, 11`));
});

test('U325, U343, U346: by keyboard alone: pick in the list, hold, pay, tickets with their seats', async () => {
  const kim = await fan('Kim Keys', DESK, hall);
  others.push(kim);
  const { page } = kim;
  const drop = seatPage(page);
  await seen(drop.heading(shop.turn.openSale));
  await seen(drop.map);
  expect(await graveFindings(page)).toEqual([]);
  await press(page, drop.button(seatTexts.views.list));
  await press(page, drop.button(/^Section B:/));
  await press(page, drop.button(seatTexts.list.next));
  // Of 600 seats those of the open section are there, each with all there is to say of it.
  await settles(() => page.locator('[data-seat]').count(), 200, 'one section');
  await seen(drop.button('Section B, row B, seat 1, €85.00, free'));
  const first = drop.seat('Section B', 'A', 1);
  await tabTo(page, first);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await says(drop.basket, /Section B, row B, seat 1 .*Section B, row B, seat 2/);
  expect(await graveFindings(page)).toEqual([]);
  await press(page, hold(drop, 2));
  await seen(held(drop, 2));
  expect(await graveFindings(page)).toEqual([]);
  await tabTo(page, page.getByLabel(tillTexts.number));
  await page.keyboard.type(GOOD);
  await press(page, drop.button(/^Pay /));
  await seen(drop.heading(say.done.title));
  await says(drop.state, /Section B.*B.*1/);
});

test('U315, U344: on a phone: a tap brings seats nearer, the next picks, two fingers zoom, one pans', async () => {
  const pia = await fan('Pia Phone', PHONE, hall);
  others.push(pia);
  const { page } = pia;
  const drop = seatPage(page);
  await drop.map.scrollIntoViewIfNeeded();
  const box = (await drop.map.boundingBox())!;
  // As the map stands at first: whole, in the middle of its window.
  const geometry = (await (await fetch(`${house.url}/venue-maps/${hall.mapId}`)).json()) as {
    bounds: [number, number, number, number];
    sections: { key: string; rows: { label: string; x: number[]; y: number[] }[] }[];
  };
  const [left, top, right, bottom] = geometry.bounds;
  const view = fitted({ left, top, right, bottom }, box, 18);
  const h = geometry.sections[1]!.rows[7]!;
  const at = { x: box.x + h.x[9]! * view.scale + view.x, y: box.y + h.y[9]! * view.scale + view.y };
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  // Two taps in quick succession would be a double one.
  const pause = () => page.waitForFunction(() => new Promise((over) => setTimeout(() => over(true), 400)));
  // From afar no seat can be meant, and the tap leads to its section; there they are too small still.
  await page.touchscreen.tap(at.x, at.y);
  await pause();
  await page.touchscreen.tap(middle.x, middle.y);
  await pause();
  expect(await drop.basket.innerText()).toBe(seatTexts.basket.empty);
  await page.touchscreen.tap(middle.x, middle.y);
  await says(drop.basket, /Section B, row [A-J], seat 1[01]/);
  const before = await page.screenshot({ clip: box });

  const touch = await page.context().newCDPSession(page);
  const fingers = async (type: 'touchStart' | 'touchMove' | 'touchEnd', apart: number | null, dx = 0) =>
    touch.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        apart === null
          ? []
          : [-1, 1].map((side, id) => ({ x: middle.x + side * apart + dx, y: middle.y, id })),
    });
  await fingers('touchStart', 40);
  for (let apart = 40; apart <= 110; apart += 10) await fingers('touchMove', apart);
  await fingers('touchEnd', null);
  await page.waitForFunction(() => new Promise((drawn) => requestAnimationFrame(() => drawn(true))));
  const pinched = await page.screenshot({ clip: box });
  expect(pinched.equals(before)).toBe(false);

  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ ...middle, id: 0 }] });
  for (let step = 1; step <= 8; step += 1)
    await touch.send('Input.dispatchTouchEvent', {
      type: 'touchMove',
      touchPoints: [{ x: middle.x + step * 10, y: middle.y + step * 5, id: 0 }],
    });
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  const panned = await page.screenshot({ clip: box });
  expect(panned.equals(pinched)).toBe(false);
  // Neither was a tap: what was picked is still all there is.
  expect((await drop.basket.innerText()).match(/seat \d+/g)).toHaveLength(1);
  expect(await graveFindings(page)).toEqual([]);
});

test('U345: a map of 20,000 seats is panned frame by frame', async () => {
  const max = await fan('Max Mouse', DESK, large);
  others.push(max);
  const { page } = max;
  const drop = seatPage(page);
  await seen(drop.map);
  const box = (await drop.map.boundingBox())!;
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  await page.mouse.move(middle.x, middle.y);
  for (let turn = 0; turn < 6; turn += 1) await page.mouse.wheel(0, -240);
  await page.waitForFunction(() => new Promise((drawn) => setTimeout(() => drawn(true), 400)));
  const before = await page.screenshot({ clip: box });
  const frames = await countFrames(page);
  await page.mouse.down();
  for (let step = 0; step < 200; step += 1)
    await page.mouse.move(middle.x + 160 * Math.sin(step / 14), middle.y + 110 * Math.cos(step / 19));
  await page.mouse.up();
  const times = (await frames()).sort((a, b) => a - b);
  const total = times.reduce((sum, ms) => sum + ms, 0);
  expect((await page.screenshot({ clip: box })).equals(before)).toBe(false);
  expect(times.length).toBeGreaterThan(10);
  process.stdout.write(
    `seats: panning 20,000 of them ${((1000 * times.length) / total).toFixed(0)} frames/s, 95 % within ` +
      `${times[Math.floor(times.length * 0.95)]?.toFixed(0)} ms (${times.length} frames, drawn by software)\n`,
  );
});

test('U346: on all these ways no page logged an error or failed a request', async () => {
  for (const visitor of [ann, ben, ...others]) expect(visitor.complaints).toEqual([]);
});
