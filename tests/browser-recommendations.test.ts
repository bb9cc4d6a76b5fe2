/** What is picked for a fan, as the list of events shows it: jazz first for whoever bought jazz, its reason, and the switch. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pickTexts as texts } from '../client/texts/picks.ts';
import { profileTexts } from '../client/texts/profile.ts';
import { daysFromNow, giveTicket } from '../server/pictures/testing.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { seen } from './browser/drop-page.ts';
import { type House, openHouse, type Person } from './browser/house.ts';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 120_000 });

let house: House;
let browser: Browser;
let fan: Person;
const visitors: Visitor[] = [];

async function night(title: string, type: string, artist: string, days: number) {
  const event = await house.world.createEvent({ title, type, startAt: daysFromNow(days) });
  await house.world.ledger.reads.raw.query('update events.events set artist = $2 where id = $1', [
    event.eventId,
    artist,
  ]);
  return event;
}

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  fan = await house.person('Fay Fan');
  for (let n = 1; n <= 6; n++) await night(`Rock ${n}`, 'rock', `Band ${n}`, n);
  await night('Blue Hour', 'jazz', 'Quartet', 40);
  const past = await night('Smoke and Brass', 'jazz', 'Trio', -3);
  await giveTicket(house.world, past, fan.id, 'redeemed');
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

async function come(as: Person | null, path: string, size = PHONE): Promise<Page> {
  const visitor = await visit(browser, size);
  visitors.push(visitor);
  if (as) await logIn(visitor.page, house.url, as, path);
  else await visitor.page.goto(house.url + path);
  return visitor.page;
}

const picks = (page: Page) => page.locator('.picks-row .pick:not(.ghost)');

test('J15: whoever bought jazz sees jazz first, and why; nothing that is on show moves for it', async () => {
  for (const size of [PHONE, DESK]) {
    const page = await come(fan, '/', size);
    // The list comes first, and what is picked a good while after it.
    let answer = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route('**/recommendations?*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(house.url);
    const listed = page.locator('.event-grid').getByRole('heading', { name: 'Rock 1' });
    await seen(listed);
    await seen(page.locator('.picks-row .ghost').first());
    const was = await listed.boundingBox();
    answer();
    const first = picks(page).first();
    await seen(first.getByRole('heading', { name: 'Blue Hour' }));
    await seen(first.getByText(texts.why({ code: 'went_to', title: 'Smoke and Brass' })));
    expect(await listed.boundingBox()).toEqual(was);
    expect(await graveFindings(page)).toEqual([]);
    await first.getByRole('link').click();
    await page.waitForURL(/\/e\//);
    await seen(page.getByRole('heading', { level: 1, name: 'Blue Hour' }));
  }
});

test('J15: nobody’s row is shown to whoever is not logged in, nor above a search', async () => {
  const page = await come(null, '/');
  await seen(page.getByRole('heading', { name: 'Rock 1' }));
  expect(await page.getByRole('heading', { name: texts.title }).count()).toBe(0);
  const own = await come(fan, '/?search=rock');
  await seen(own.getByRole('heading', { name: 'Rock 1' }));
  expect(await own.getByRole('heading', { name: texts.title }).count()).toBe(0);
});

test('J2: switched off in the profile, what was bought counts no more', async () => {
  const page = await come(fan, '/profile', DESK);
  await page.getByLabel(profileTexts.personalised).uncheck();
  await page.getByRole('button', { name: profileTexts.save, exact: true }).click();
  await seen(page.getByText(profileTexts.saved, { exact: true }));
  await page.goto(house.url);
  await seen(picks(page).first());
  expect(await page.getByText(texts.why({ code: 'went_to', title: 'Smoke and Brass' })).count()).toBe(0);
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([]);
});
