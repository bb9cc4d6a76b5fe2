/** What a whole journey leaves in the log. */
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { allow, authorizeUrl, createBrowser, exchange, tokenRequest } from './testing.ts';
import { asApp, type OAuthHouse, oauthHouse } from './testing-house.ts';

let world: TestWorld;
let all: OAuthHouse;
const lines: string[] = [];

beforeAll(async () => {
  world = await testWorld();
  const log = pino({ level: 'trace' }, { write: (line: string) => lines.push(line) });
  all = await oauthHouse({ ...world, log });
});
afterAll(async () => {
  await all.app.close();
  await world.close();
});

test('Z33: codes, tokens and secrets stand in no log line', async () => {
  const client = await all.register({ kind: 'confidential' });
  const browser = createBrowser(all.app);
  const given = await allow(browser, all.fan.headers, client, { scope: 'openid tickets:read' });
  const { body } = await exchange(all.app, client, given);
  await browser.go('/me/tickets', asApp(body.access_token));
  await browser.go('/me/tickets', asApp(`${body.access_token}x`));
  await exchange(all.app, client, given);
  await tokenRequest(all.app, client, { grant_type: 'refresh_token', refresh_token: body.refresh_token });
  await browser.go(authorizeUrl(client, { scope: 'openid', redirectUri: 'https://evil.example/' }).url);
  all.app.log.error('the log is listened to');
  const text = lines.join('\n');
  expect(text).toContain('the log is listened to');
  for (const secret of [given.code, given.verifier, body.access_token, body.id_token, body.refresh_token])
    expect(text).not.toContain(secret);
  expect(text).not.toContain(client.clientSecret);
});
