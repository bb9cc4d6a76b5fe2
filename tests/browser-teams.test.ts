/** A vendor's team as its people meet it: invited, joined, at work with the rights given, and out again. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accountTexts } from '../client/texts/accounts.ts';
import { menuTexts } from '../client/texts/menu.ts';
import { shellTexts } from '../client/texts/shell.ts';
import { teamTexts as texts } from '../client/texts/teams.ts';
import { vendorTexts } from '../client/texts/vendor.ts';
import { vendorMoneyTexts } from '../client/texts/vendor-money.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { gone, seen } from './browser/drop-page.ts';
import { type House, openHouse } from './browser/house.ts';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 120_000 });

let house: House;
let browser: Browser;
let vendor: Visitor;
let mate: Visitor;

beforeAll(async () => {
  browser = await openBrowser();
  house = await openHouse('api,edge,worker');
  vendor = await visit(browser, DESK);
  // Put out of the team, the page asks once more and is refused.
  mate = await visit(browser, PHONE, (response) => response.status() === 403);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

const press = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click();

async function fillIn(page: Page, person: { name: string; email: string; isVendor: boolean }) {
  await page.getByLabel(accountTexts.name, { exact: true }).fill(person.name);
  await page.getByLabel(accountTexts.email).fill(person.email);
  await page.getByLabel(accountTexts.password, { exact: true }).fill('a long enough sentence');
  if (person.isVendor) await page.getByRole('radio', { name: accountTexts.roles.vendor.title }).check();
  await press(page, accountTexts.register);
}

const openMenu = (page: Page, name: string) =>
  page
    .getByRole('banner')
    .getByRole('button', { name: new RegExp(name) })
    .click();

test('VT40: somebody is invited, joins by the link, and works in the vendor’s name as far as they may', async () => {
  const { page } = vendor;
  await page.goto(`${house.url}/register?to=${encodeURIComponent('/vendor/team')}`);
  await fillIn(page, { name: 'Mole Concerts', email: 'mole@house.test', isVendor: true });
  await seen(page.getByText(texts.nobodyText));
  await press(page, texts.send);
  await seen(page.getByText(texts.chooseRight));
  await page.getByLabel(texts.email, { exact: true }).fill('mate@house.test');
  await page.getByRole('checkbox', { name: texts.rights.events[0] }).check();
  await page.getByRole('checkbox', { name: texts.rights.sales[0] }).check();
  await press(page, texts.send);
  await seen(page.getByText(texts.sent('mate@house.test')));
  const link = new URL(await page.locator('[role=status] code').innerText());
  expect(link.pathname).toBe('/join-team');

  const { page: theirs } = mate;
  await theirs.goto(`${house.url}${link.pathname}${link.hash}`);
  await seen(theirs.getByText(texts.joinFirst));
  await theirs.getByRole('main').getByRole('link', { name: shellTexts.register }).click();
  await fillIn(theirs, { name: 'Ines Quay', email: 'mate@house.test', isVendor: false });
  await seen(theirs.getByRole('heading', { name: texts.joinOf('Mole Concerts') }));
  await seen(theirs.getByText(texts.rights.sales[1]));
  expect(await graveFindings(theirs)).toEqual([]);
  await press(theirs, texts.join);
  await seen(theirs.getByText(texts.joined('Mole Concerts')));
  await theirs.getByRole('link', { name: texts.toEvents }).click();
  await seen(theirs.getByRole('link', { name: vendorTexts.newEvent }));
  // What they may not do is not offered.
  await gone(theirs.getByText(vendorMoneyTexts.ways.pageTitle));
  await openMenu(theirs, 'Ines Quay');
  await seen(theirs.getByRole('link', { name: menuTexts.vendorNew }));
  expect(await theirs.getByRole('link', { name: menuTexts.team, exact: true }).count()).toBe(0);
  // As oneself again, and back: the choice survives a reload.
  await theirs.getByLabel(texts.workFor).selectOption({ label: texts.yourself });
  await theirs.waitForURL(`${house.url}/`);
  await openMenu(theirs, 'Ines Quay');
  await seen(theirs.getByRole('link', { name: menuTexts.myTickets }));
  await theirs.getByLabel(texts.workFor).selectOption({ label: 'Mole Concerts' });
  await theirs.waitForURL(`${house.url}/vendor`);
  await theirs.reload();
  await seen(theirs.getByRole('link', { name: vendorTexts.newEvent }));

  await page.reload();
  await seen(page.getByText('Ines Quay'));
  await press(page, texts.changeLabel('Ines Quay'));
  await page.locator('form.team-change').getByRole('checkbox', { name: texts.rights.events[0] }).uncheck();
  await press(page, texts.save);
  await gone(page.locator('form.team-change'));
  await theirs.goto(`${house.url}/vendor`);
  await openMenu(theirs, 'Ines Quay');
  await gone(theirs.getByRole('link', { name: menuTexts.vendorNew }));

  await press(page, texts.removeLabel('Ines Quay'));
  await page.getByRole('dialog').getByRole('button', { name: texts.remove, exact: true }).click();
  await seen(page.getByText(texts.nobodyText));
  await theirs.reload();
  // Out of the team, they are themselves again, and this page is not theirs.
  await seen(theirs.getByText(shellTexts.forbiddenTitle));
  expect([...vendor.complaints, ...mate.complaints]).toEqual([]);
});

test('VT41: the team’s page has nothing grave for axe', async () => {
  for (const look of [PHONE, DESK])
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, context } = await visit(browser, { ...look, colorScheme });
      await context.addCookies(await vendor.context.cookies());
      await page.goto(`${house.url}/`);
      await page.evaluate(
        (session) => localStorage.setItem('holdfast.session', session as string),
        await vendor.page.evaluate(() => localStorage.getItem('holdfast.session')),
      );
      await page.goto(`${house.url}/vendor/team`);
      await seen(page.getByRole('heading', { name: texts.title, exact: true }));
      await seen(page.getByText(texts.noActs).or(page.locator('.team-acts')));
      expect(await graveFindings(page)).toEqual([]);
      await context.close();
    }
});
