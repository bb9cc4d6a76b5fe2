/**
 * A fan's money in a browser, on a phone: the price with everything on it, a code, a card that is declined and one that is
 * not, a ticket given back, and a link by which somebody else pays. Of four tickets Fay buys two and Gus holds two; what Fay
 * gives back is what Hal, next in line, is called for. Each test goes on where the one before it left the pages.
 */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { shop } from '../client/fan/messages-shop.ts';
import { cardTexts } from '../client/texts/cards.ts';
import { giveBackTexts } from '../client/texts/give-back.ts';
import { payLinkTexts } from '../client/texts/pay-link.ts';
import { ticketTexts } from '../client/texts/tickets.ts';
import { tillTexts } from '../client/texts/till.ts';
import { ERRORS } from '../server/protocol/errors.ts';
import type { MineView, OrderView, RefundView } from '../server/protocol/index.ts';
import { graveFindings } from './browser/axe.ts';
import { logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { type DropPage, dropPage, gone, says, seen, settles } from './browser/drop-page.ts';
import {
  type Ask,
  announce,
  dropOf,
  type House,
  OPERATOR,
  openHouse,
  type Person,
  type Sale,
} from './browser/house.ts';

const DECLINED = '4000000000000002';
const GOOD = '4242424242424242';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 90_000 });

let house: House;
let browser: Browser;
let sale: Sale;
let asFay: Ask;
let asHal: Ask;
let fay: Visitor;
let gus: Visitor;
let hal: Visitor;
let first: DropPage;
let next: DropPage;

/** Declined cards and codes that are not valid are written on purpose. */
const refused: Parameters<typeof visit>[2] = (response) => {
  const { pathname } = new URL(response.url());
  return (
    (response.status() === 402 && pathname === '/payment') ||
    (response.status() === 409 && pathname.endsWith('/code'))
  );
};

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  const asVendor = await house.as(await house.person('Vera Vendor', 'vendor'));
  const tiers = [{ name: 'Floor', priceCents: 6_500, currency: 'EUR', quantity: 4 }];
  sale = await announce(house, asVendor, { tiers, maxTurns: 2, limitPerFan: 2 });
  const terms = { feeCents: 120, feeBp: 250, taxName: 'VAT', taxBp: 810, taxIncluded: false };
  await asVendor('PUT', `/events/${sale.eventId}/terms`, {
    ...terms,
    refundUntilHours: 24,
    refundFeeCents: 100,
  });
  const code = { code: 'TIDE-10', kind: 'percent', value: 1_000 };
  await asVendor('POST', `/events/${sale.eventId}/codes`, code);
  [fay, gus, hal] = [
    await visit(browser, PHONE, refused),
    await visit(browser, PHONE),
    await visit(browser, PHONE),
  ];
  [first, next] = [dropPage(fay.page), dropPage(hal.page)];
  asFay = await arrive(fay.page, await house.person('Fay Fan'));
  await first.button(say.doors.join).click();
  await seen(first.heading(say.lobby.title));
  const opensAt = new Date(house.world.clock.now() + 1_000).toISOString();
  await asVendor('PATCH', `/drops/${sale.dropId}`, { opensAt });
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

async function arrive(page: Page, person: Person): Promise<Ask> {
  await logIn(page, house.url, person, `/d/${sale.dropId}`);
  return house.as(person);
}

/** The stock as everybody sees it: free, held, sold. */
const stockIs = (...wanted: [free: number, held: number, sold: number]): Promise<void> =>
  settles(
    async () => {
      const { tiers } = await dropOf(house, sale.dropId);
      return tiers.flatMap(({ available, held, sold }) => [available, held, sold]);
    },
    wanted,
    'free, held, sold',
  );
const sum = (drop: DropPage): Locator => drop.page.locator('.price-lines');
const held = (drop: DropPage): Locator => drop.page.locator('.held-clock');

async function claimAndHold(drop: DropPage, count: number): Promise<void> {
  await drop.button(say.called.claim).click();
  await drop.choose('Floor', count);
  await drop.button(shop.turn.hold(count)).click();
  await seen(drop.heading(say.hold.title(count)));
}

async function isSound({ page }: Visitor): Promise<void> {
  expect(await graveFindings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
}

test('U480: from the stock board to the button a fan reads the same sum, fees and tax in it', async () => {
  await seen(first.button(say.called.claim), 30_000);
  await first.button(say.called.claim).click();
  await seen(first.heading(say.turn.title));
  // 65.00, fee 1.20 and 1.63, tax 5.49 of 67.83.
  await says(first.state, /€73\.32/);
  await first.choose('Floor', 2);
  await says(first.state, /€146\.64/);
  await first.button(shop.turn.hold(2)).click();
  await seen(first.heading(say.hold.title(2)));
  await says(sum(first), /Tickets €130\.00 Fees €5\.66 VAT 8\.1%, added €10\.98 Total, all-in €146\.64$/);
  await seen(first.button('Pay €146.64'));
  await isSound(fay);
});

test('U480: a wrong code is refused beside it and changes nothing; a right one lowers the sum', async () => {
  const { code } = tillTexts;
  await fay.page.locator('summary', { hasText: code.summary }).click();
  await fay.page.getByLabel(code.label, { exact: true }).fill('NEAP-50');
  await first.button(code.apply).click();
  await seen(first.text(ERRORS.CODE_NOT_VALID.message));
  await seen(first.button('Pay €146.64'));

  await fay.page.getByLabel(code.label, { exact: true }).fill('tide-10');
  await first.button(code.apply).click();
  await seen(first.text(code.applied('TIDE-10')));
  // 58.50 each, the fee as it was, of the tax as much as of its base: 5.49 × 61.33 / 67.83.
  await says(sum(first), /TIDE-10 -€13\.00 Fees €5\.66 VAT 8\.1%, added €9\.92 Total, all-in €132\.58$/);
  await seen(first.button('Pay €132.58'));
  const { items } = await asFay<{ items: OrderView[] }>('GET', '/me/orders');
  expect(items).toMatchObject([{ status: 'pending', code: 'TIDE-10', totalCents: 13_258 }]);
});

test('U481: a declined card says why, and keeps the hold and its time, which goes on running', async () => {
  const until = (await held(first).innerText()).match(/\d\d:\d\d:\d\d/)?.[0] ?? 'none';
  await first.pay(DECLINED);
  await seen(first.text(/declined/i));
  await seen(first.text(shop.pay.until(until)));
  await seen(first.heading(say.hold.title(2)));
  await says(held(first), new RegExp(until));
  const clock = held(first).getByRole('timer');
  const before = await clock.innerText();
  await settles(async () => (await clock.innerText()) !== before, true, 'the time goes on running');
  await stockIs(2, 2, 0);
  await isSound(fay);
});

test('U481: a good card brings the tickets at the sum the button named, and whoever is next waits', async () => {
  const second = dropPage(gus.page);
  await arrive(gus.page, await house.person('Gus Fan'));
  await second.button(say.open.join).click();
  await seen(second.button(say.called.claim));
  asHal = await arrive(hal.page, await house.person('Hal Fan'));
  await next.button(say.open.join).click();
  await seen(next.heading(say.number.title(3, 3)));
  await claimAndHold(second, 2);
  await second.button(shop.turn.done).click();
  await second.button(shop.finish.yes).click();
  await first.pay(GOOD);
  await seen(first.heading(say.done.title));
  await seen(first.page.getByRole('img', { name: shop.done.code(2) }));
  const [order] = (await asFay<{ items: OrderView[] }>('GET', '/me/orders')).items;
  expect(order).toMatchObject({ status: 'paid', totalCents: 13_258 });
  await seen(next.heading(say.soldOut.title));
  await isSound(fay);
});

test('U482: what a ticket brings is read before it is given back; after, the next in line is called for it', async () => {
  const { page } = fay;
  await page.goto(`${house.url}/my/tickets`);
  const ticket = page.getByRole('article').first();
  await ticket.getByRole('button', { name: giveBackTexts.button, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await says(dialog, /Comes back to you €65\.29 Kept as a fee €1\.00 .*Possible until /);
  await isSound(fay);
  await dialog.getByRole('button', { name: giveBackTexts.confirm(1, '€65.29'), exact: true }).click();
  await seen(dialog.getByText(/€65\.29/));
  await dialog.getByRole('button', { name: giveBackTexts.close, exact: true }).click();

  const given = page.getByRole('article').filter({ hasText: '€65.29' });
  await seen(given.getByText(ticketTexts.qrGone(ticketTexts.ticketStates.refunded)));
  expect(await given.count()).toBe(1);
  const refunds = async () => (await asFay<{ items: RefundView[] }>('GET', '/me/refunds')).items;
  await settles(async () => (await refunds())[0]?.status, 'succeeded', 'the money is back');
  expect(await refunds()).toMatchObject([{ amountCents: 6_529, feeCents: 100 }]);
  await stockIs(1, 2, 1);
  await seen(next.button(say.called.claim));
});

/** What Hal holds, as an order that somebody else may pay. */
async function linkOfHal(): Promise<string> {
  await claimAndHold(next, 1);
  const { holds } = await asHal<MineView>('GET', `/drops/${sale.dropId}/mine`);
  const { order } = await asHal<{ order: OrderView }>('POST', '/tickets/book', { holdId: holds[0]?.id });
  return (await asHal<{ url: string }>('POST', `/orders/${order.id}/payment-link`)).url;
}

/** How the services stand, as a page without a socket asks for it. */
async function paused(page: Page): Promise<void> {
  await page.route('**/status', async (route) => {
    const answer = await (await route.fetch()).json();
    const note = {
      state: 'unavailable',
      reason: 'Card payments are paused: our card provider does not answer in time.',
      since: new Date(house.world.clock.now() - 60_000).toISOString(),
      retryAt: null,
    };
    await route.fulfill({ json: { ...answer, details: { ...answer.details, 'payments:test': note } } });
  });
}

test('U483: whoever has the link pays without an account; while cards are paused the button rests and comes back', async () => {
  const url = await linkOfHal();
  const friend = await visit(browser, PHONE);
  const { page } = friend;
  const pay = page.getByRole('button', { name: payLinkTexts.pay('€73.32'), exact: true });
  const rests = () => pay.getAttribute('aria-disabled');
  await paused(page);
  await page.goto(url);
  await seen(page.getByRole('heading', { level: 1, name: payLinkTexts.heading(sale.title) }));
  await seen(page.getByText(/^Card payments are paused/));
  await page.getByRole('radio', { name: /^Test card|^Card/ }).check();
  await settles(rests, 'true', 'the button rests');
  await isSound(friend);

  await page.unroute('**/status');
  await gone(page.getByText(/^Card payments are paused/));
  await settles(rests, null, 'the button is back');
  await page.getByLabel(tillTexts.number).fill(GOOD);
  await pay.click();
  await seen(page.getByRole('heading', { level: 1, name: payLinkTexts.doneTitle }));
  await seen(next.heading(say.done.title));
  await stockIs(0, 2, 2);
  expect(friend.complaints).toEqual([]);
  await friend.context.close();
});

test('U485: a kept card is removed after a question, and the page says that it is gone', async () => {
  const { page } = fay;
  // Cards are kept by Stripe only, which this house has none of: its answers are written here.
  const kept = [{ id: 'pm_tide', brand: 'visa', last4: '4242', expMonth: 4, expYear: 2039 }];
  await page.route('**/me/cards*', (route) => route.fulfill({ json: { items: kept } }));
  await page.route('**/me/cards/pm_tide', (route) =>
    route.fulfill({ json: { removed: kept.splice(0).length === 1 } }),
  );
  await page.goto(`${house.url}/my/cards`);
  const name = tillTexts.saved('visa', '4242');
  await seen(page.getByText(name));
  await isSound(fay);
  await page.getByRole('button', { name: cardTexts.removeLabel(name) }).click();
  await page.getByRole('dialog').getByRole('button', { name: cardTexts.removeDo }).click();
  await seen(page.getByText(cardTexts.removed(name)));
  await seen(page.getByRole('heading', { level: 1, name: cardTexts.emptyTitle }));
});

test('U484: on that way no page logged an error, and the books are in order', async () => {
  for (const visitor of [fay, gus, hal]) expect(visitor.complaints).toEqual([]);
  const asOperator = await house.as(OPERATOR);
  const { invariants } = await asOperator<{ invariants: { name: string; violations: number }[] }>(
    'GET',
    '/operations/invariants',
  );
  expect(invariants.filter(({ violations }) => violations > 0)).toEqual([]);
});
