/**
 * Money as vendors and operators handle it, in a browser: terms, a code and ways to pay are set on the page and count at
 * once; a refund that needs approval is approved. The built pages, real processes, real stores.
 */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { operatorMoneyTexts } from '../client/texts/operator-money.ts';
import { vendorMoneyTexts } from '../client/texts/vendor-money.ts';
import { partsOf } from '../client/vendor/money/all-in.ts';
import type {
  CodeView,
  EventView,
  MailView,
  OrderView,
  PaymentMethodView,
  RefundView,
  TermsView,
  WayToPay,
} from '../server/protocol/index.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { says, seen, settles } from './browser/drop-page.ts';
import { type Ask, announce, type House, OPERATOR, openHouse, type Person } from './browser/house.ts';
import { press } from './browser/keyboard.ts';

const { terms, ways, codes, tiers } = vendorMoneyTexts;
const { refunds } = operatorMoneyTexts;

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 90_000 });

let house: House;
let browser: Browser;
let vendor: Person;
let asVendor: Ask;
let desk: Visitor;
let event: EventView;
let moneyPath: string;
/** Whoever bought two tickets and gives one back. */
let buyer: Person;

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  vendor = await house.person('Vera Vendor', 'vendor');
  asVendor = await house.as(vendor);
  const { eventId } = await announce(house, asVendor);
  event = await asVendor<EventView>('GET', `/events/${eventId}`);
  moneyPath = `/vendor/e/${event.id}/money`;
  // A way to pay that this installation does not offer is refused below, on purpose.
  desk = await visit(browser, DESK, (response) => response.status() === 400);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

const button = (name: string | RegExp): Locator =>
  desk.page.getByRole('button', { name, exact: typeof name === 'string' });
const field = (label: string): Locator => desk.page.getByLabel(label, { exact: true });
const readEvent = (): Promise<EventView> => asVendor<EventView>('GET', `/events/${event.id}`);

test('U460: terms set on the page are the event’s, and it shows the all-in price the page had shown before', async () => {
  await logIn(desk.page, house.url, vendor, moneyPath);
  await field(terms.feeCents('EUR')).fill('1.20');
  await field(terms.feeBp).fill('2.5');
  await field(terms.taxBp).fill('8.1');
  await desk.page.getByLabel(terms.taxAdded).check();
  await desk.page.getByLabel(terms.approval).check();
  const preview = desk.page.getByRole('region', { name: terms.preview });
  // 65.00, fee 1.20 and 1.63, tax 5.49 of 67.83; 42.50, fee 1.20 and 1.06, tax 3.63 of 44.76.
  await says(preview, /Floor €73\.32 .*Balcony €48\.39/);
  await button(terms.done).click();
  await seen(desk.page.getByText(terms.saved));
  const now = await readEvent();
  expect(now.tiers.map(({ allInCents }) => allInCents)).toEqual([7_332, 4_839]);
  const kept = await asVendor<TermsView>('GET', `/events/${event.id}/terms`);
  expect(kept).toMatchObject({ feeCents: 120, feeBp: 250, taxBp: 810, refundNeedsApproval: true });
  for (const tier of now.tiers) expect(partsOf(tier.priceCents, kept).allInCents).toBe(tier.allInCents);
});

test('U432: what the page works out is what the ledger works out, to the minor unit', async () => {
  const cases = Array.from({ length: 400 }, (_, n) => ({
    price: (n * 7_919) % 100_003,
    feeCents: (n * 31) % 700,
    feeBp: (n * 137) % 5_001,
    taxBp: (n * 271) % 5_001,
    taxIncluded: n % 2 === 0,
  }));
  const { rows: worked } = await house.world.ledger.payments.raw.query(
    `select p.fee, p.tax, p.tax_included as inside
       from jsonb_array_elements($1::jsonb) with ordinality as c (v, n)
      cross join lateral ticketing.price_parts((c.v ->> 'price')::int, (c.v ->> 'feeCents')::int,
        (c.v ->> 'feeBp')::int, (c.v ->> 'taxBp')::int, (c.v ->> 'taxIncluded')::boolean) p
      order by c.n`,
    [JSON.stringify(cases)],
  );
  const here = cases.map(({ price, ...added }) => {
    const { feeCents, taxCents, taxIncludedCents } = partsOf(price, added);
    return { fee: feeCents, tax: taxCents, inside: taxIncludedCents };
  });
  expect(here).toEqual(worked);
});

test('U460: a code made on the page can be used, and is switched off by one press', async () => {
  await button(codes.add).click();
  await field(codes.code).fill('tide-5');
  await field(codes.percent).fill('5');
  await field(codes.maxTickets).fill('20');
  await button(codes.create).click();
  await seen(desk.page.getByText(codes.created('TIDE-5')));
  const list = () => asVendor<{ items: CodeView[] }>('GET', `/events/${event.id}/codes`);
  expect((await list()).items).toMatchObject([{ code: 'TIDE-5', value: 500, maxTickets: 20, active: true }]);
  await button(codes.stopLabel('TIDE-5')).click();
  await seen(desk.page.getByText(codes.stopped('TIDE-5')));
  expect((await list()).items).toMatchObject([{ active: false }]);
});

test('U460, U435: a way to pay that is not offered is refused at its kind; one that is, is taken', async () => {
  await button(ways.add).click();
  await desk.page.getByRole('radio', { name: new RegExp(`^${ways.choice.house[0]}`) }).check();
  await field(ways.label).fill('Pay at the door');
  await button(ways.create).click();
  await seen(desk.page.getByRole('dialog').getByRole('alert'));
  await desk.page.getByRole('radio', { name: new RegExp(`^${ways.choice.cash[0]}`) }).check();
  await button(ways.create).click();
  await seen(desk.page.getByText(ways.added('Pay at the door')));
  const taken = () => asVendor<{ items: WayToPay[] }>('GET', `/events/${event.id}/payment-methods`);
  expect((await taken()).items).toMatchObject([{ provider: 'cash_on_arrival', label: 'Pay at the door' }]);

  await desk.page.getByRole('link', { name: ways.manage }).click();
  await button(ways.removeLabel('Pay at the door')).click();
  await seen(desk.page.getByRole('dialog').getByText(ways.removeText(1)));
  await button(ways.removeDo).click();
  await seen(desk.page.getByText(ways.removed('Pay at the door')));
  const own = await asVendor<{ items: PaymentMethodView[] }>('GET', '/vendors/payment-methods');
  expect(own.items).toEqual([]);
});

test('U463: terms are set without a pointer, and the focus goes to the first field that is wrong', async () => {
  await desk.page.goto(house.url + moneyPath);
  await press(desk.page, field(terms.feeBp), 'Control+A');
  await desk.page.keyboard.type('70');
  await press(desk.page, button(terms.done));
  await settles(
    () => desk.page.evaluate(() => document.activeElement?.getAttribute('name')),
    'feeBp',
    'the wrong field has the focus',
  );
  await desk.page.keyboard.press('Control+A');
  await desk.page.keyboard.type('3');
  await press(desk.page, button(terms.done));
  await seen(desk.page.getByText(terms.saved));
  expect(await asVendor<TermsView>('GET', `/events/${event.id}/terms`)).toMatchObject({ feeBp: 300 });
});

test('U461: a refund waits on the operator’s page, and approved there its money goes back', async () => {
  const sold = await house.world.createEvent({
    title: 'Tidelines',
    vendorId: vendor.id,
    drop: { hasLine: false },
  });
  await asVendor('PUT', `/events/${sold.eventId}/terms`, { refundNeedsApproval: true, refundFeeCents: 100 });
  const fan = await house.person('Fay Fan');
  buyer = fan;
  const asFan = await house.as(fan);
  const { tiers: onSale } = await asFan<EventView>('GET', `/events/${sold.eventId}`);
  const items = [{ tierId: onSale[0]?.id, quantity: 2 }];
  const booked = await asFan<{ order: OrderView }>('POST', '/tickets/book', { eventId: sold.eventId, items });
  const method = { provider: 'test', card: '4242424242424242' };
  await asFan('POST', '/payment', { orderId: booked.order.id, method });
  const mine = () => asFan<{ items: { id: string }[] }>('GET', '/me/tickets');
  await settles(async () => (await mine()).items.length, 2, 'the tickets are there');
  const [ticket] = (await mine()).items;
  await asFan('POST', '/tickets/refund', { ticketIds: [ticket?.id], reason: 'My train was cancelled' });

  const operator = await visit(browser, PHONE);
  const { page } = operator;
  await logIn(page, house.url, OPERATOR, '/operator/money');
  await seen(page.getByText(operatorMoneyTexts.says.refunds(1, false)));
  await seen(page.getByText('“My train was cancelled”'));
  expect(await graveFindings(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.getByRole('button', { name: /^Approve the refund of order / }).click();
  await seen(page.getByRole('dialog').getByText(refunds.approveText(1, fan.email)));
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Give .* back$/ })
    .click();
  await seen(page.getByText(/^Approved: the money of order /));
  await seen(page.getByText(refunds.empty));
  const mineBack = () => asFan<{ items: RefundView[] }>('GET', '/me/refunds');
  await settles(async () => (await mineBack()).items[0]?.status, 'succeeded', 'the money is back');
  expect(operator.complaints).toEqual([]);
  await operator.context.close();
});

test('U486: from a mail that brought tickets an operator sends them again, saying why, and they come', async () => {
  const { context, page, complaints } = await visit(browser, PHONE);
  const { mails } = operatorMoneyTexts;
  const asBuyer = await house.as(buyer);
  const mine = async () => (await asBuyer<{ items: MailView[] }>('GET', '/me/mails')).items;
  const hasTickets = async () =>
    (await mine()).some(({ kind, status }) => kind === 'confirmation' && status === 'sent');
  await settles(hasTickets, true, 'the mail with the tickets is there');
  await logIn(page, house.url, OPERATOR, '/operator/money');
  const part = page.getByRole('region', { name: mails.title });
  await part.locator('summary').click();
  const listed = part.getByRole('listitem').filter({ hasText: buyer.email });
  await listed.getByRole('button', { name: /^Send again to / }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: mails.resendDo }).click();
  await seen(dialog.getByText(mails.reasonMissing));
  await dialog.getByLabel(mails.reason, { exact: true }).fill('She deleted the mail');
  await dialog.getByRole('button', { name: mails.resendDo }).click();
  await seen(part.getByText(mails.resent(buyer.email)));
  const resent = async () => (await mine()).some(({ kind }) => kind === 'resend');
  await settles(resent, true, 'the mail is there');
  expect(complaints).toEqual([]);
  await context.close();
});

test('U462: the vendor’s pages about money are sound on a desk and on a phone, in light and dark', async () => {
  for (const kind of [DESK, PHONE]) {
    const { context, page, complaints } = await visit(browser, kind);
    await logIn(page, house.url, vendor, moneyPath);
    await seen(page.getByRole('button', { name: tiers.ruleLabel('Balcony') }));
    expect(await graveFindings(page)).toEqual([]);
    await page.getByRole('button', { name: tiers.ruleLabel('Balcony') }).click();
    await seen(page.getByRole('dialog'));
    expect(await graveFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    const width = kind.viewport?.width ?? 0;
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.goto(`${house.url}/vendor/payment-methods`);
    await seen(page.getByRole('heading', { level: 1, name: ways.pageTitle }));
    expect(await graveFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  }
  expect(desk.complaints).toEqual([]);
});
