/** The edge a fan's page is connected to dies: the page says so, keeps the place, and goes on when one is back. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { say } from '../client/fan/messages.ts';
import type { RunningProcess } from '../load-tests/processes.ts';
import type { MadeEvent } from '../server/stores/testing.ts';
import { logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { dropPage, gone, seen, settles } from './browser/drop-page.ts';
import { dropOf, freePort, type House, openHouse, type Person } from './browser/house.ts';

/** The page dials for 15 s before it calls the connection lost, and then each 40 s. */
const LOST_MS = 60_000;

let house: House;
let browser: Browser;
let edgePort: number;
let edge: RunningProcess;
let vendor: Person;
let line: MadeEvent;
let phone: Visitor;

const startEdge = () => house.start('edge', { SOCKET_PORT: String(edgePort) });

beforeAll(async () => {
  edgePort = await freePort();
  browser = await openBrowser();
  house = await openHouse('api,worker', { HOLDFAST_EDGES: `http://127.0.0.1:${edgePort}` });
  edge = await startEdge();
  const { world } = house;
  vendor = await house.person('Vera Vendor', 'vendor');
  const fan = await house.person('Fay Fan');
  line = await world.createEvent({
    vendorId: vendor.id,
    drop: { hasLine: true, maxTurns: 1, claimSeconds: 300 },
  });
  await world.giveTurn(line, (await world.createUser()).id);
  await world.createPlace(line, fan.id);
  phone = await visit(browser, PHONE);
  await logIn(phone.page, house.url, fan, `/d/${line.dropId}`);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

test('U258: when its edge is killed the page says so and what is kept, and goes on when an edge is back', async () => {
  const drop = dropPage(phone.page);
  await drop.button(say.number.go).click();
  await seen(drop.heading(say.waiting.first));
  await seen(drop.text(say.live));

  await edge.stop('SIGKILL');
  await seen(drop.text(say.reconnecting));
  await seen(drop.text(/Connection lost \d+ s ago/), LOST_MS);
  await seen(drop.text(say.connection.keptNumber(2)));
  await settles(
    () => drop.button(say.waiting.leave).getAttribute('aria-disabled'),
    'true',
    'what needs the connection waits for it',
  );
  // The number comes by HTTP: a page opened without any edge finds it too.
  const other = dropPage(await phone.context.newPage());
  await other.page.goto(phone.page.url());
  await seen(other.heading(say.number.title(2, 2)));

  await startEdge();
  await seen(other.text(say.live), LOST_MS);
  await phone.page.bringToFront();
  await drop.button(say.connection.tryNow).click();
  await seen(drop.text(say.live));
  await gone(drop.text(/Connection lost/));
  expect((await dropOf(house, line.dropId)).lastNumber).toBe(2);

  // Not only looks alive: the call arrives, and is answered.
  const asVendor = await house.as(vendor);
  await asVendor('PATCH', `/drops/${line.dropId}`, { maxTurns: 2 });
  await drop.button(say.called.claim).click();
  await seen(drop.heading(say.turn.title));
}, 120_000);
