/** What runs out while one looks: a call, a hold, a turn, the whole sale. The page says so by itself, and what comes next. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { shop } from '../client/fan/messages-shop.ts';
import type { EventSeed, MadeEvent } from '../server/stores/testing.ts';
import { logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { type DropPage, dropPage, seen } from './browser/drop-page.ts';
import { type House, openHouse, type Person } from './browser/house.ts';

const CONFIRMED = '4000002500003155';

vi.setConfig({ testTimeout: 60_000 });

let house: House;
let browser: Browser;
let vendor: Person;
let fan: Person;
let phone: Visitor;
let drop: DropPage;

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  vendor = await house.person('Vera Vendor', 'vendor');
  fan = await house.person('Fay Fan');
  phone = await visit(browser, PHONE, (response) => response.status() === 402);
  drop = dropPage(phone.page);
  await logIn(phone.page, house.url, fan, '/my/orders');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

const sale = (settings: NonNullable<EventSeed['drop']>): Promise<MadeEvent> =>
  house.world.createEvent({ vendorId: vendor.id, drop: { hasLine: true, ...settings } });
const open = (made: MadeEvent) => phone.page.goto(`${house.url}/d/${made.dropId}`);

async function holdOne(): Promise<void> {
  await drop.choose('Tier 1', 1);
  await drop.button(shop.turn.hold(1)).click();
  await seen(drop.heading(say.hold.title(1)));
}

test('U260: a call that goes by keeps the fan first: one press and it is their turn', async () => {
  const made = await sale({});
  await house.world.createPlace(made, fan.id, { state: 'called', seconds: 4 });
  await open(made);
  await seen(drop.button(say.called.claim));
  await seen(drop.heading(say.late.title));
  await drop.button(say.late.here).click();
  await seen(drop.button(say.called.claim).or(drop.heading(say.turn.title)));
});

test('U260: a hold that runs out goes back, and the turn that is left can hold again', async () => {
  const made = await sale({ holdSeconds: 5 });
  await house.world.giveTurn(made, fan.id);
  await open(made);
  await holdOne();
  await seen(drop.heading(say.turn.title));
  await holdOne();
});

test('U260: a turn that runs out is over, and one may join again', async () => {
  const made = await sale({});
  await house.world.giveTurn(made, fan.id, 5);
  await open(made);
  await seen(drop.heading(say.turn.title));
  await seen(drop.heading(say.missed.title));
  await drop.button(say.missed.join).click();
  await seen(drop.button(say.called.claim));
});

test('U261: a card that must be confirmed asks for it; refused, the hold stays; approved, there are tickets', async () => {
  const made = await sale({});
  await house.world.giveTurn(made, fan.id);
  await open(made);
  await holdOne();
  await drop.pay(CONFIRMED);
  await seen(drop.heading(say.step.title));
  await phone.page.reload();
  await seen(drop.heading(say.step.title));
  await drop.button(shop.step.refuse).click();
  await seen(drop.heading(say.hold.title(1)));
  await seen(drop.text(/refused|declined|not confirmed/i));

  await drop.pay(CONFIRMED);
  await drop.button(shop.step.approve).click();
  await seen(drop.heading(say.done.title));
  await seen(drop.page.getByRole('img', { name: shop.done.code(1) }));
});

test('U260: a sale that is canceled tells everybody who waits', async () => {
  const made = await sale({ maxTurns: 1 });
  await house.world.giveTurn(made, (await house.world.createUser()).id);
  await house.world.createPlace(made, fan.id);
  await open(made);
  await drop.button(say.number.go).click();
  await seen(drop.heading(say.waiting.first));
  const asVendor = await house.as(vendor);
  await asVendor('POST', `/drops/${made.dropId}/cancel`, { reason: 'The hall is closed' });
  await seen(drop.heading(say.canceled.title));
  expect(phone.complaints).toEqual([]);
});
