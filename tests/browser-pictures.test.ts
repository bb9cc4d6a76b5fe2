/** A picture's way through the pages: added from a ticket, shown beside a later night, reported, hidden; and an event's own. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pictureTexts as texts } from '../client/texts/pictures.ts';
import { ticketTexts } from '../client/texts/tickets.ts';
import { daysFromNow, giveTicket } from '../server/pictures/testing.ts';
import { picture } from '../server/pictures/testing-files.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { gone, seen } from './browser/drop-page.ts';
import { announce, type House, OPERATOR, openHouse, type Person, type Sale } from './browser/house.ts';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 120_000 });

const PAST = 'The night before';
const CAPTION = 'The last song';
let house: House;
let browser: Browser;
let fan: Person;
let other: Person;
let vendor: Person;
let later: Sale;
const visitors: Visitor[] = [];
const night = picture('jpeg', { width: 1_200, height: 800, exif: true });

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  fan = await house.person('Fay Fan');
  other = await house.person('Otto Other');
  vendor = await house.person('Vera Vendor', 'vendor');
  later = await announce(house, await house.as(vendor));
  const past = await house.world.createEvent({ title: PAST, startAt: daysFromNow(-2) });
  await house.world.ledger.reads.raw.query(
    `update events.events set venue_name = 'Harbour Hall', venue_city = 'Zurich' where id = $1`,
    [past.eventId],
  );
  await giveTicket(house.world, past, fan.id, 'redeemed');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

async function come(
  as: Pick<Person, 'email' | 'password'> | null,
  path: string,
  size = PHONE,
): Promise<Page> {
  const visitor = await visit(browser, size);
  visitors.push(visitor);
  if (as) await logIn(visitor.page, house.url, as, path);
  else await visitor.page.goto(house.url + path);
  return visitor.page;
}
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const chosen = { name: 'night.jpg', mimeType: 'image/jpeg', buffer: night };
/** Whether a picture is really drawn, and not a broken one. */
const drawn = (page: Page, selector: string) =>
  page.waitForFunction(
    (wanted) => (document.querySelector<HTMLImageElement>(wanted)?.naturalWidth ?? 0) > 0,
    selector,
  );

test('I19, I21: added from a ticket, shown beside a later night, reported, hidden, deleted', async () => {
  const mine = await come(fan, '/my/tickets');
  await mine
    .getByText(ticketTexts.past, { exact: true })
    .click()
    .catch(() => undefined);
  await button(mine, ticketTexts.addPicture).click();
  const dialog = mine.getByRole('dialog');
  await seen(dialog.getByRole('heading', { name: texts.addFor(PAST) }));
  await dialog
    .getByLabel(texts.choose, { exact: true })
    .setInputFiles({ ...chosen, name: 'film.mp4', mimeType: 'video/mp4' });
  await seen(dialog.getByText(texts.noPicture));
  await dialog.getByLabel(texts.choose, { exact: true }).setInputFiles(chosen);
  await drawn(mine, '.picture-preview');
  expect(await graveFindings(mine)).toEqual([]);
  await dialog.getByLabel(texts.caption).fill(CAPTION);
  await dialog.getByRole('button', { name: texts.send, exact: true }).click();
  await seen(dialog.getByText(texts.added));

  const page = await come(other, `/e/${later.eventId}`);
  const strip = page.getByRole('region', { name: texts.strip });
  await strip.getByRole('button', { name: texts.open(PAST, CAPTION) }).click();
  await drawn(page, '.viewer-picture');
  await seen(page.getByRole('dialog').getByText(CAPTION, { exact: true }));
  expect(await graveFindings(page)).toEqual([]);
  await button(page, texts.report).click();
  await page.getByLabel(texts.reportReason).fill('That is me in front.');
  await button(page, texts.reportDo).click();
  await seen(page.getByText(texts.reported));

  const desk = await come(OPERATOR, '/operator/pictures', DESK);
  await seen(desk.getByText('“That is me in front.”'));
  expect(await graveFindings(desk)).toEqual([]);
  await button(desk, texts.hideLabel(PAST)).click();
  await desk.getByLabel(texts.reason).fill('A stranger’s face');
  await button(desk, texts.hideDo).click();
  await seen(button(desk, texts.showLabel(PAST)));

  await page.reload();
  await seen(page.getByRole('heading', { level: 1, name: later.title }));
  await page.waitForLoadState('networkidle');
  await gone(strip);

  await mine.goto(`${house.url}/my/pictures`);
  await seen(mine.getByText(texts.hidden, { exact: true }));
  await drawn(mine, '.own-picture img');
  expect(await graveFindings(mine)).toEqual([]);
  await button(mine, texts.removeLabel(PAST)).click();
  await button(mine, texts.removeDo).click();
  await seen(mine.getByRole('heading', { name: texts.emptyTitle }));
});

test('I20, I21: a vendor shows a picture on the card and the page, and takes it away', async () => {
  const live = await come(vendor, `/vendor/e/${later.eventId}`, DESK);
  const part = live.getByRole('region', { name: texts.cover });
  await part.getByLabel(texts.coverChoose, { exact: true }).setInputFiles(chosen);
  await part.getByRole('button', { name: texts.send, exact: true }).click();
  await seen(part.getByText(texts.coverDone));

  const page = await come(null, '/');
  await drawn(page, '.event-card .cover');
  await page.goto(`${house.url}/e/${later.eventId}`);
  await drawn(page, '.event-hero .cover');
  await part.getByRole('button', { name: texts.coverRemove }).click();
  await seen(part.getByText(texts.coverRemoved));
  await page.reload();
  await seen(page.getByRole('heading', { level: 1, name: later.title }));
  expect(await page.locator('.event-hero .cover').count()).toBe(0);
});

test('I21: nothing was logged, blocked or refused on the way', () => {
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
});
