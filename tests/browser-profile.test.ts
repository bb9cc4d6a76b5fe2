/** One's own account as a fan meets it: mails with links, a lost password, a passkey of a real browser's authenticator, other devices. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accountTexts } from '../client/texts/accounts.ts';
import { menuTexts } from '../client/texts/menu.ts';
import { profileTexts as texts } from '../client/texts/profile.ts';
import { shellTexts } from '../client/texts/shell.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, fillLogIn, logIn, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { gone, seen } from './browser/drop-page.ts';
import { freePort, type House, openHouse } from './browser/house.ts';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 120_000 });

let house: House;
let browser: Browser;
let url: string;
let visitor: Visitor;
const fan = { email: 'fay@house.test', password: 'a long enough sentence' };
const NEW_PASSWORD = 'seven purple kites above';

beforeAll(async () => {
  browser = await openBrowser();
  // A name, and no address: passkeys are bound to one.
  const port = String(await freePort());
  url = `http://localhost:${port}`;
  house = await openHouse('api,edge,worker', { PORT: port, HOLDFAST_ORIGINS: url });
  // What ended sessions are told is provoked.
  visitor = await visit(browser, PHONE, (response) => response.status() === 401);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
}, 60_000);

/** Opens a mail in the mailbox and follows its link, into a window of its own. */
async function followLink(page: Page, subject: string, action: string): Promise<Page> {
  await page.goto(`${url}/mailbox`);
  const mail = page.getByRole('link', { name: subject }).first();
  await seen(mail);
  await mail.click();
  const link = page.frameLocator('iframe.mail-frame').getByRole('link', { name: action });
  await seen(link);
  const [opened] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
  await opened.waitForLoadState();
  return opened;
}
const main = (page: Page) => page.getByRole('main');
const press = (page: Page, name: string) => main(page).getByRole('button', { name, exact: true }).click();

test('A96: whoever registers finds a mail, follows its link and has a confirmed address', async () => {
  const { page } = visitor;
  await page.goto(`${url}/register?to=%2Fprofile`);
  await page.getByLabel(accountTexts.name, { exact: true }).fill('Fay Fan');
  await page.getByLabel(accountTexts.email).fill(fan.email);
  await page.getByLabel(accountTexts.password, { exact: true }).fill(fan.password);
  await press(page, accountTexts.register);
  await page.waitForURL(`${url}/profile`);
  await seen(page.getByText(texts.unconfirmed, { exact: true }));
  await seen(page.getByText(texts.verifyFirst));
  const opened = await followLink(page, 'Confirm your e-mail address', 'Confirm this address');
  await press(opened, texts.verifyDo);
  await seen(opened.getByRole('heading', { name: texts.verifyDone }));
  await opened.close();
  await page.goto(`${url}/profile`);
  await seen(page.getByText(texts.confirmed, { exact: true }));
});

test('A97: a forgotten password is set anew by a link, which ends every session; then the new one logs in', async () => {
  const { page } = visitor;
  const other = await visit(browser, DESK);
  await other.page.goto(`${url}/login`);
  await other.page.getByRole('link', { name: texts.forgotTitle }).click();
  await other.page.getByLabel(accountTexts.email).fill(fan.email);
  await press(other.page, texts.forgotSend);
  await seen(other.page.getByRole('heading', { name: texts.forgotDone }));
  expect(other.complaints).toEqual([]);
  await other.context.close();

  const opened = await followLink(page, 'Set a new password', 'Set a new password');
  await opened.getByLabel(texts.newPassword, { exact: true }).fill(NEW_PASSWORD);
  await press(opened, texts.resetDo);
  await seen(opened.getByRole('heading', { name: texts.resetDone }));
  await opened.close();
  await page.goto(`${url}/profile`);
  await seen(main(page).getByRole('heading', { name: accountTexts.logIn }));
  await fillLogIn(page, { email: fan.email, password: NEW_PASSWORD });
  await seen(page.getByRole('heading', { level: 1, name: texts.title }));
});

test('A98: a passkey of the browser is added, and logs in by itself after logging out', async () => {
  const { page } = visitor;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto(`${url}/profile`);
  await press(page, texts.addPasskey);
  await main(page).getByLabel(texts.passkeyName, { exact: true }).last().fill('Fay’s phone');
  await press(page, texts.addPasskey);
  await seen(page.getByText(texts.passkeyAdded));
  await seen(page.getByText('Fay’s phone'));

  await page.getByRole('button', { name: shellTexts.account('Fay Fan') }).click();
  await page.getByRole('button', { name: menuTexts.logOut }).click();
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/login?to=%2Fprofile`);
  await press(page, texts.logInByPasskey);
  await page.waitForURL(`${url}/profile`);
  await seen(page.getByRole('list', { name: texts.passkeys }).getByText(/last used/));

  // A device that says no is told in words, and the password still works.
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await page.getByRole('button', { name: shellTexts.account('Fay Fan') }).click();
  await page.getByRole('button', { name: menuTexts.logOut }).click();
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/login?to=%2Fprofile`);
  await press(page, texts.logInByPasskey);
  await seen(page.getByText(texts.passkeyNotUsed));
  await fillLogIn(page, { email: fan.email, password: NEW_PASSWORD });
  await page.waitForURL(`${url}/profile`);
});

test('A99: another device is logged out from here, and shows it', async () => {
  const { page } = visitor;
  const other = await visit(browser, DESK, (response) => response.status() === 401);
  await logIn(other.page, url, { email: fan.email, password: NEW_PASSWORD }, '/mailbox');
  await page.goto(`${url}/profile`);
  const list = page.getByRole('list', { name: texts.sessions });
  await seen(list.getByText(texts.here));
  const out = list.getByRole('button', { name: texts.endOneLabel('') }).first();
  await seen(out);
  await out.click();
  await seen(page.getByText(texts.ended));
  await other.page.goto(`${url}/my/orders`);
  await seen(main(other.page).getByRole('heading', { name: accountTexts.logIn }));
  await other.context.close();
  await page.goto(`${url}/profile`);
  await seen(list.getByText(texts.here));
});

test('A100: what one likes is kept; the pages are sound on a phone and a desk, in light and dark', async () => {
  for (const kind of [PHONE, DESK]) {
    const { page, context, complaints } = await visit(browser, kind);
    await logIn(page, url, { email: fan.email, password: NEW_PASSWORD }, '/profile');
    await page.getByLabel(texts.cities, { exact: true }).fill('Zurich, Bremen');
    await page.getByLabel(texts.quiet, { exact: true }).check();
    await press(page, texts.save);
    await seen(page.getByText(texts.saved, { exact: true }));
    await page.reload();
    await seen(page.getByRole('heading', { level: 1, name: texts.title }));
    expect(await page.getByLabel(texts.cities, { exact: true }).inputValue()).toBe('Zurich, Bremen');
    expect(await page.getByLabel(texts.quietFrom, { exact: true }).inputValue()).toBe('22:00');
    for (const path of [
      '/profile',
      '/forgot-password',
      '/reset-password#x',
      '/verify-email#x',
      '/verify-email',
    ]) {
      await page.goto(url + path);
      await seen(main(page).getByRole('heading').first());
      await gone(page.locator('[aria-busy="true"]'));
      expect([path, await graveFindings(page)]).toEqual([path, []]);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(kind.viewport?.width ?? 0);
    }
    expect(complaints).toEqual([]);
    await context.close();
  }
});
