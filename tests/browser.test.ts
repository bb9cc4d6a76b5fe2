/**
 * One evening in a browser, from the drop's page to the ticket: two fans on phones, a second tab, a vendor at a desk;
 * the built pages, real processes, real stores. Each test goes on where the one before it left the pages.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { say } from '../client/fan/messages.ts';
import { shop } from '../client/fan/messages-shop.ts';
import { accountTexts } from '../client/texts/accounts.ts';
import { ticketTexts } from '../client/texts/tickets.ts';
import { vendorTexts } from '../client/texts/vendor.ts';
import { DESK, fillLogIn, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { type DropPage, dropPage, gone, says, seen, settles, survives } from './browser/drop-page.ts';
import { type Ask, announce, type House, openHouse, type Person, type Sale } from './browser/house.ts';

const DECLINED = '4000000000000002';
const GOOD = '4242424242424242';
const REASON = 'PA problem, ten minutes';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 60_000 });

let house: House;
let browser: Browser;
let vendor: Person;
let asVendor: Ask;
let sale: Sale;
let ann: Visitor;
let ben: Visitor;
let desk: Visitor;
/** Ann's and Ben's pages by the number they drew: chance decides who is who. */
let first: DropPage;
let second: DropPage;
/** Another tab of whoever is second. */
let otherTab: DropPage;
const ticks: string[] = [];

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  vendor = await house.person('Vera Vendor', 'vendor');
  asVendor = await house.as(vendor);
  sale = await announce(house, asVendor);
  const declined: Parameters<typeof visit>[2] = (response) =>
    response.status() === 402 && new URL(response.url()).pathname === '/payment';
  ann = await visit(browser, PHONE, declined);
  ben = await visit(browser, PHONE, declined);
  desk = await visit(browser, DESK);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

const address = () => `${house.url}/d/${sale.dropId}`;

async function joinLobby(page: Page): Promise<void> {
  const drop = dropPage(page);
  await drop.button(say.doors.join).click();
  await seen(drop.heading(say.lobby.title));
}

test('U250: from the drop page one makes an account, or logs in, and is back at the same drop', async () => {
  await ann.page.goto(address());
  await seen(dropPage(ann.page).heading(say.doors.title));
  await ann.page.getByRole('link', { name: say.createAccount }).click();
  await ann.page.getByLabel(accountTexts.name).fill('Ann Fan');
  await ann.page.getByLabel(accountTexts.email).fill('ann@house.test');
  await ann.page.getByLabel(accountTexts.password, { exact: true }).fill('a long enough sentence');
  await ann.page.getByRole('main').getByRole('button', { name: accountTexts.register }).click();
  await ann.page.waitForURL(address());

  const known = await house.person('Ben Fan');
  await ben.page.goto(address());
  await ben.page.getByRole('link', { name: say.logInToJoin }).click();
  await fillLogIn(ben.page, known);
  await ben.page.waitForURL(address());
  await seen(dropPage(ben.page).button(say.doors.join));
});

test('U251, U254: in the lobby the doors count down, and reload and back keep the place', async () => {
  await joinLobby(ann.page);
  await joinLobby(ben.page);
  const lobby = dropPage(ann.page);
  await survives(ann.page, async () => {
    await seen(lobby.heading(say.lobby.title));
    await says(lobby.state, /Here now 2/);
  });
  const countdown = lobby.state.getByRole('timer');
  const before = await countdown.textContent();
  await settles(async () => (await countdown.textContent()) !== before, true, 'the countdown runs');

  const opensAt = new Date(house.world.clock.now() + 4_000).toISOString();
  await asVendor('PATCH', `/drops/${sale.dropId}`, { opensAt });
  await settles(
    async () => /^0:0[0-4]/.test((await countdown.textContent()) ?? ''),
    true,
    'the countdown follows the new opening',
  );
});

test('U250, U251: doors open by themselves; one is called, the other has the next number and waits', async () => {
  const pages = [dropPage(ann.page), dropPage(ben.page)];
  // Whoever is called is first; the page that is not goes on waiting until its own call comes.
  first = await Promise.any(
    pages.map(async (drop) => {
      await seen(drop.button(say.called.claim), 30_000);
      return drop;
    }),
  );
  second = pages.find((drop) => drop !== first) as DropPage;
  await seen(second.heading(say.number.title(2, 2)));
  await second.button(say.number.go).click();
  await survives(second.page, async () => {
    await seen(second.heading(say.waiting.first));
    await seen(second.text(say.waiting.sub(2, 2)));
  });

  await first.button(say.called.claim).click();
  await seen(first.heading(say.turn.title));
});

test('U252: another tab of the same account shows the same number', async () => {
  const context = second.page.context();
  otherTab = dropPage(await context.newPage());
  await otherTab.page.goto(address());
  await seen(otherTab.heading(say.number.title(2, 2)));
  await otherTab.button(say.number.go).click();
  await seen(otherTab.heading(say.waiting.first));
});

const figure = (name: string) =>
  desk.page.locator('.figure', { has: desk.page.getByRole('heading', { name, exact: true }) });

test('U253: the vendor pauses with a reason, every fan reads it and keeps the place, and it goes on', async () => {
  desk.page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => {
      if (String(payload).includes('"sales:tick"')) ticks.push(String(payload));
    }),
  );
  await logIn(desk.page, house.url, vendor, `/vendor/e/${sale.eventId}`);
  await seen(desk.page.getByText(vendorTexts.live, { exact: true }));
  await says(figure(vendorTexts.shopping), /\b1\b/);

  const button = (name: string) => desk.page.getByRole('button', { name, exact: true });
  await button(vendorTexts.pause).click();
  await desk.page.getByLabel(vendorTexts.reason).fill(REASON);
  await button(vendorTexts.pauseDo).click();

  const paused = say.paused.title(REASON);
  await survives(second.page, () => seen(second.heading(paused)));
  await seen(second.text(say.paused.kept));
  await seen(otherTab.heading(paused));
  await seen(first.text(paused));
  await seen(first.text(say.paused.banner));
  await settles(
    () => first.button(shop.turn.hold(0)).getAttribute('aria-disabled'),
    'true',
    'holding waits while paused',
  );

  await button(vendorTexts.resume).click();
  await button(vendorTexts.resumeDo).click();
  await seen(second.heading(say.waiting.first));
  await gone(first.text(paused));
});

test('U250, U252: a turn given up calls the next; claimed in one tab, it runs in both', async () => {
  await first.button(shop.turn.done).click();
  await first.button(shop.finish.yes).click();
  await seen(first.heading(say.finished.title));

  await survives(second.page, () => seen(second.button(say.called.claim)));
  await expect.poll(() => second.page.title()).toContain('YOUR TURN');
  await seen(otherTab.button(say.called.claim));
  await otherTab.button(say.called.claim).click();
  await seen(otherTab.heading(say.turn.title));
  await seen(second.heading(say.turn.title));
  const left = async (drop: DropPage) => {
    const [, minutes, seconds] = /^(\d+):(\d\d) to choose/.exec(await drop.page.title()) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };
  await settles(
    async () => Math.abs((await left(second)) - (await left(otherTab))) <= 2,
    true,
    'both tabs count the same time',
  );
});

const heldTitle = (drop: DropPage, count: number) => drop.heading(say.hold.title(count));

test('U251, U252: what is chosen outlives a reload, what is held is in every tab, and the vendor sees it', async () => {
  // A tab nobody looks at draws a frame a second, and every press waits for one.
  await second.page.bringToFront();
  await second.choose('Floor', 2);
  await second.choose('Balcony', 1);
  await survives(second.page, () => seen(second.text(shop.turn.total(3))));
  expect(await second.state.innerText()).toContain('€172.50');
  await second.button(shop.turn.hold(3)).click();

  await survives(second.page, async () => {
    await seen(heldTitle(second, 3));
    await seen(second.text(shop.hold.item(2, 'Floor')));
    await seen(second.text(shop.hold.item(1, 'Balcony')));
  });
  await seen(heldTitle(otherTab, 3));
  await says(figure(vendorTexts.sold), /0 of 60 · 3 held/);
});

test('U250: what is held can be changed and let go, and held again', async () => {
  await second.button(shop.hold.change).click();
  await second.button(shop.turn.fewer('Floor')).click();
  await second.button(shop.hold.changeSave).click();
  await seen(heldTitle(second, 2));
  await seen(second.text(shop.hold.item(1, 'Floor')));
  await seen(heldTitle(otherTab, 2));

  await second.button(shop.hold.letGo).click();
  await second.button(shop.hold.letGoYes).click();
  await seen(second.heading(say.turn.title));
  await seen(otherTab.heading(say.turn.title));
  await says(figure(vendorTexts.sold), /0 of 60 · 0 held/);

  await second.choose('Floor', 2);
  await second.button(shop.turn.hold(2)).click();
  await seen(heldTitle(second, 2));
});

test('U250, U251: a declined card is told in plain words and keeps the hold; a good one brings tickets', async () => {
  const until = (await second.state.innerText()).match(/\d\d:\d\d:\d\d/)?.[0];
  await second.pay(DECLINED);
  await seen(second.text(/declined/i));
  await seen(heldTitle(second, 2));
  expect(until).toBeDefined();
  expect(await second.state.innerText()).toContain(until);

  await second.pay(GOOD);
  await survives(second.page, async () => {
    await seen(second.heading(say.done.title));
    for (const index of [1, 2]) await hasPicture(second.page, shop.done.code(index));
  });
  await seen(otherTab.heading(say.done.title));
});

async function hasPicture(page: Page, name: string): Promise<void> {
  const picture = page.getByRole('img', { name });
  await seen(picture);
  await settles(
    () => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0),
    true,
    `${name} is drawn`,
  );
}

test('U253: the vendor sees what was sold and earned, over the socket', async () => {
  await says(figure(vendorTexts.sold), /^Sold 2 .*2 of 60|^Sold 2\b/);
  await says(figure(vendorTexts.revenue), /€130\.00/);
  await seen(desk.page.getByText(vendorTexts.live, { exact: true }));
  expect(ticks.some((tick) => /"sold":2\b/.test(tick) && /"revenueCents":13000\b/.test(tick))).toBe(true);
});

test('U250, U251: My tickets has them, with their codes', async () => {
  await second.page.getByRole('link', { name: say.myTickets }).click();
  await survives(second.page, async () => {
    await seen(second.page.getByRole('heading', { level: 1, name: ticketTexts.tickets }));
    const codes = second.page.getByRole('img', { name: ticketTexts.qrLabel(sale.title, 'Floor') });
    await settles(() => codes.count(), 2, 'two codes');
  });
});

test('U254: on the whole way no page logged an error, broke its policy or failed a request', async () => {
  for (const visitor of [ann, ben, desk]) expect(visitor.complaints).toEqual([]);
  // And had one done so, it would have been noticed.
  await ann.page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'void 0';
    document.body.append(script);
    await fetch('/no-such-page');
  });
  for (const kind of [/policy: script-src/, /no-such-page: 404/])
    await expect.poll(() => ann.complaints.join('\n')).toMatch(kind);
});
