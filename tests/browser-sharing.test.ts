/**
 * An affiliate's link, from the vendor who makes it to the commission that goes back: a fan comes by it, logged out and on a
 * phone, buys, and stands in the vendor's sales; the tickets are given back, and so is what they earned.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { shop } from '../client/fan/messages-shop.ts';
import { sharingTexts, affiliateTexts as texts } from '../client/texts/sharing.ts';
import { vendorMoneyTexts } from '../client/texts/vendor-money.ts';
import type { OrderView, TicketView } from '../server/protocol/index.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { dropPage, seen, settles } from './browser/drop-page.ts';
import { type Ask, announce, type House, openHouse, type Person, type Sale } from './browser/house.ts';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 120_000 });

const ANNA = 'Anna’s harbour walks';
let house: House;
let browser: Browser;
let vendor: Person;
let asVendor: Ask;
let sale: Sale;
let desk: Visitor;
let link = '';

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  vendor = await house.person('Vera Vendor', 'vendor');
  asVendor = await house.as(vendor);
  const tiers = [{ name: 'Floor', priceCents: 6_500, currency: 'EUR', quantity: 4 }];
  sale = await announce(house, asVendor, { tiers, maxTurns: 2, limitPerFan: 2 });
  await asVendor('PUT', `/events/${sale.eventId}/terms`, {
    feeCents: 100,
    feeBp: 0,
    taxName: 'VAT',
    taxBp: 0,
    taxIncluded: false,
    refundUntilHours: 24,
    refundFeeCents: 0,
  });
  desk = await visit(browser, { ...DESK, permissions: ['clipboard-read', 'clipboard-write'] });
}, 150_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

interface Row {
  affiliate: string | null;
  tickets: number;
  refundedTickets: number;
  commissionCents: number;
}
const byAffiliate = async (): Promise<Row[]> =>
  (await asVendor<{ rows: Row[] }>('GET', `/vendors/${vendor.id}/sales?by=affiliate`)).rows;

test('U643: a vendor adds an affiliate and copies their link', async () => {
  const { page } = desk;
  await logIn(page, house.url, vendor, `/vendor/e/${sale.eventId}/money`);
  const part = page.getByRole('region', { name: texts.title, exact: true });
  await seen(part.getByText(texts.empty));
  await part.getByRole('button', { name: texts.add, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: texts.create, exact: true }).click();
  await seen(dialog.getByText(texts.nameMissing));
  await dialog.getByLabel(texts.name, { exact: true }).fill(ANNA);
  await dialog.getByLabel(texts.code, { exact: true }).fill('anna-walks');
  await dialog.getByLabel(texts.share, { exact: true }).fill('7.5');
  expect(await graveFindings(page)).toEqual([]);
  await dialog.getByRole('button', { name: texts.create, exact: true }).click();
  await seen(part.getByText(texts.created(ANNA)));
  await part.getByRole('button', { name: texts.copyLabel(ANNA), exact: true }).click();
  await seen(part.getByText(texts.copied(ANNA)));
  link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(`${house.url}/e/${sale.eventId}?via=anna-walks`);
  expect(await graveFindings(page)).toEqual([]);
  expect(desk.complaints).toEqual([]);
});

test('U642, X60: the link tells what it leads to, breaks no policy, and can be handed on', async () => {
  const reader = await visit(browser, { ...PHONE, permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = reader;
  await page.goto(link);
  const content = (name: string) => page.locator(`meta[property="${name}"]`).getAttribute('content');
  expect(await content('og:title')).toBe(sale.title);
  expect(await content('og:description')).toContain('From EUR 66.00');
  expect(await content('og:url')).toMatch(/\?via=anna-walks$/);
  const data = await page.locator('script[type="application/ld+json"]').textContent();
  expect(JSON.parse(data ?? '')).toMatchObject({ '@type': 'Event', name: sale.title });
  const card = await page.request.get(`${house.url}/events/${sale.eventId}/card.png`);
  expect([card.status(), card.headers()['content-type']]).toEqual([200, 'image/png']);
  // A phone's own sheet, as far as a test can see one.
  await page.evaluate(() => {
    Object.defineProperty(navigator, 'share', {
      configurable: true,
      value: (shared: { url: string }) => {
        document.body.dataset.shared = shared.url;
        return Promise.resolve();
      },
    });
  });
  const share = page.getByRole('button', { name: sharingTexts.share, exact: true });
  await share.click();
  await settles(
    () => page.evaluate(() => document.body.dataset.shared),
    `${house.url}/e/${sale.eventId}`,
    'the sheet',
  );
  await page.evaluate(() =>
    Object.defineProperty(navigator, 'share', { configurable: true, value: undefined }),
  );
  await share.click();
  await seen(page.getByText(sharingTexts.copied));
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${house.url}/e/${sale.eventId}`);
  expect(await graveFindings(page)).toEqual([]);
  expect(reader.complaints).toEqual([]);
  await reader.context.close();
});

test('U641: who comes by the link and buys stands in the sales by affiliate; given back, it earned nothing', async () => {
  const fan = await house.person('Fay Fan');
  const asFan = await house.as(fan);
  const visitor = await visit(browser, PHONE);
  const { page } = visitor;
  await page.goto(link);
  await seen(page.getByRole('heading', { level: 1, name: sale.title }));
  // Logged out on the way, as most are: the link is not in the address any more.
  await logIn(page, house.url, fan, `/d/${sale.dropId}`);
  const drop = dropPage(page);
  await drop.button(say.doors.join).click();
  await seen(drop.heading(say.lobby.title));
  await asVendor('PATCH', `/drops/${sale.dropId}`, {
    opensAt: new Date(house.world.clock.now() + 1_000).toISOString(),
  });
  await seen(drop.button(say.called.claim), 30_000);
  await drop.button(say.called.claim).click();
  await drop.choose('Floor', 2);
  await drop.button(shop.turn.hold(2)).click();
  await seen(drop.heading(say.hold.title(2)));
  await drop.pay('4242424242424242');
  await seen(drop.heading(say.done.title));
  await seen(page.getByRole('button', { name: sharingTexts.share, exact: true }));
  expect(visitor.complaints).toEqual([]);

  // 7.5 % of twice 65.00; the fees are nobody's but the vendor's.
  await settles(
    byAffiliate.bind(null),
    [expect.objectContaining({ affiliate: ANNA, tickets: 2, commissionCents: 975 })] as never,
    'sold',
  );
  const takings = desk.page.getByRole('region', { name: vendorMoneyTexts.takings.title, exact: true });
  await desk.page.reload();
  await takings.getByLabel(vendorMoneyTexts.takings.by).selectOption(vendorMoneyTexts.takings.bys.affiliate);
  await seen(takings.getByText(ANNA).first());
  await seen(takings.getByText(/€9\.75 commission/));
  const part = desk.page.getByRole('region', { name: texts.title, exact: true });
  await seen(part.getByText(texts.earned('€9.75')));

  const [order] = (await asFan<{ items: OrderView[] }>('GET', '/me/orders')).items;
  expect(order?.status).toBe('paid');
  const { items: tickets } = await asFan<{ items: TicketView[] }>('GET', '/me/tickets');
  const commission = async () =>
    (await byAffiliate()).map((row) => [row.refundedTickets, row.commissionCents]);
  await asFan('POST', '/tickets/refund', { ticketIds: [tickets[0]?.id] });
  // Half of the money went back, the fee of that ticket with it or not: the other ticket's 65.00 earn half at most.
  await settles(async () => (await commission())[0]?.[0], 1, 'one came back');
  const [, half = 0] = (await commission())[0] ?? [];
  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThanOrEqual(488);
  await asFan('POST', '/tickets/refund', { ticketIds: [tickets[1]?.id] });
  await settles(async () => (await commission())[0]?.[0], 2, 'both came back');
  const [, left = 0] = (await commission())[0] ?? [];
  expect(left).toBe(0);
});
