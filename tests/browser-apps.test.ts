/** Other programs as people meet them: an app is registered, let in, used and put out; and log-in by an account elsewhere. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { accountTexts } from '../client/texts/accounts.ts';
import { oauthTexts as texts } from '../client/texts/oauth.ts';
import { OUTSIDE_CALLBACK } from '../server/oauth/outside.ts';
import { authorizeUrl } from '../server/oauth/testing.ts';
import { type Elsewhere, OUTSIDE_CLIENT, startElsewhere } from '../server/oauth/testing-outside.ts';
import { graveFindings } from './browser/axe.ts';
import { DESK, openBrowser, PHONE, type Visitor, visit } from './browser/chromium.ts';
import { gone, seen } from './browser/drop-page.ts';
import { freePort, type House, openHouse } from './browser/house.ts';

// A browser on a busy machine: each wait has its own, shorter limit.
vi.setConfig({ testTimeout: 120_000 });

let house: House;
let browser: Browser;
let url: string;
let elsewhere: Elsewhere;
/** The app: what it is called at is all it does. */
let app: Server;
let callback: string;
let vendor: Visitor;
let fan: Visitor;

beforeAll(async () => {
  browser = await openBrowser();
  const port = String(await freePort());
  url = `http://localhost:${port}`;
  elsewhere = await startElsewhere(url + OUTSIDE_CALLBACK);
  app = createServer((_request, response) =>
    response.end('<!doctype html><title>The app</title>Back at the app'),
  );
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  callback = `http://127.0.0.1:${(app.address() as AddressInfo).port}/callback`;
  house = await openHouse('api,edge,worker', {
    PORT: port,
    HOLDFAST_ORIGINS: url,
    HOLDFAST_OIDC_ISSUER: elsewhere.issuer,
    HOLDFAST_OIDC_CLIENT_ID: OUTSIDE_CLIENT.id,
    HOLDFAST_OIDC_CLIENT_SECRET: OUTSIDE_CLIENT.secret,
    HOLDFAST_OIDC_NAME: 'Elsewhere',
  });
  vendor = await visit(browser, DESK, () => true);
  fan = await visit(browser, PHONE, () => true);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await house?.close();
  await elsewhere?.close();
  app?.close();
}, 60_000);

const press = (page: Page, name: string) =>
  page.getByRole('main').getByRole('button', { name, exact: true }).click();

async function register(page: Page, to: string, { email, isVendor }: { email: string; isVendor: boolean }) {
  await page.goto(`${url}/register?to=${encodeURIComponent(to)}`);
  await page.getByLabel(accountTexts.name, { exact: true }).fill('Pat Harbour');
  await page.getByLabel(accountTexts.email).fill(email);
  await page.getByLabel(accountTexts.password, { exact: true }).fill('a long enough sentence');
  if (isVendor) await page.getByRole('radio', { name: accountTexts.roles.vendor.title }).check();
  await press(page, accountTexts.register);
  await page.waitForURL(`${url}${to}`);
}

test('Z1: an app is registered, let in by a person, and put out again', async () => {
  const { page } = vendor;
  await register(page, '/vendor/apps', { email: 'apps@house.test', isVendor: true });
  await press(page, texts.add);
  await page.getByLabel(texts.name, { exact: true }).fill('Tidy Calendar');
  await page.getByLabel(texts.redirects).fill(callback);
  await page.getByText('tickets:read').click();
  await page.getByText(texts.secretKept).click();
  await press(page, texts.create);
  await seen(page.getByText(texts.made('Tidy Calendar')));
  const clientId = await page.locator('[role=status] code').first().innerText();

  const { page: mine } = fan;
  await register(mine, '/profile', { email: 'fan@house.test', isVendor: false });
  const client = { clientId, clientSecret: null };
  const { url: asks, verifier } = authorizeUrl(client, {
    scope: 'openid tickets:read',
    redirectUri: callback,
  });
  await mine.goto(url + asks);
  await seen(mine.getByRole('heading', { name: texts.consentTitle('Tidy Calendar') }));
  await seen(mine.getByText(texts.scopes['tickets:read'] as string));
  expect(await graveFindings(mine)).toEqual([]);
  await press(mine, texts.allow);
  await mine.waitForURL((at) => at.href.startsWith(callback));
  const code = new URL(mine.url()).searchParams.get('code') ?? '';
  const given = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      code,
      code_verifier: verifier,
      redirect_uri: callback,
    }),
  });
  const tokens = (await given.json()) as { access_token: string; refresh_token: string };
  expect(given.status, JSON.stringify(tokens)).toBe(200);
  const headers = { authorization: `Bearer ${tokens.access_token}` };
  expect((await fetch(`${url}/me/tickets`, { headers })).status).toBe(200);
  expect((await fetch(`${url}/me/orders`, { headers })).status).toBe(403);

  await mine.goto(`${url}/profile`);
  await mine.getByRole('button', { name: texts.putOutLabel('Tidy Calendar') }).click();
  await mine.getByRole('dialog').getByRole('button', { name: texts.putOut, exact: true }).click();
  await gone(mine.getByText('Tidy Calendar'));
  await seen(mine.getByText(texts.noneConnected, { exact: true }));
  const again = await fetch(`${url}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: clientId,
      refresh_token: tokens.refresh_token,
    }),
  });
  expect(await again.json()).toMatchObject({ error: 'invalid_grant' });
});

test('Z9: a no brings one back to the app, which has nothing', async () => {
  const { page } = fan;
  const { page: theirs } = vendor;
  const clientId = await theirs.locator('.app-list code').first().innerText();
  const client = { clientId, clientSecret: null };
  await page.goto(url + authorizeUrl(client, { scope: 'tickets:read', redirectUri: callback }).url);
  await press(page, texts.deny);
  await page.waitForURL((at) => at.href.startsWith(callback));
  expect(new URL(page.url()).searchParams.get('error')).toBe('access_denied');
});

test('Z40: one logs in by an account elsewhere, and is back where one was going', async () => {
  elsewhere.person = { sub: 'tess', email: 'tess@example.test', email_verified: true, name: 'Tess' };
  const { page } = await visit(browser, PHONE, () => true);
  await page.goto(`${url}/login?to=%2Fprofile`);
  await press(page, texts.goBy('Elsewhere'));
  await page.waitForURL(`${url}/profile`);
  await seen(page.getByText('tess@example.test', { exact: true }));
  await seen(page.getByText(texts.elsewhereTied('Elsewhere')));
});
