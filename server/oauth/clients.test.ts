/** Registering apps. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../limits.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { CALLBACK, createBrowser } from './testing.ts';
import { type OAuthHouse, oauthHouse } from './testing-house.ts';

let world: TestWorld;
let all: OAuthHouse;

beforeAll(async () => {
  world = await testWorld();
  all = await oauthHouse(world);
});
afterAll(async () => {
  await all.app.close();
  await world.close();
});

const wanted = { name: 'Stats', redirectUris: [CALLBACK], scopes: ['events:read'], kind: 'confidential' };

test('Z4: a secret is told once; one sees and removes one’s own', async () => {
  const browser = createBrowser(all.app);
  const made = await browser.send('/oauth/clients', wanted, all.vendor.headers);
  expect(made.status).toBe(201);
  expect(made.body.clientSecret).toMatch(/^hfs_[\w-]{43}$/);
  const mine = await browser.go('/oauth/clients', all.vendor.headers);
  expect(mine.body.items).toMatchObject([{ name: 'Stats', kind: 'confidential' }]);
  expect(mine.text).not.toContain(made.body.clientSecret);
  const open = await browser.send('/oauth/clients', { ...wanted, kind: 'public' }, all.vendor.headers);
  expect(open.body.clientSecret).toBeNull();
  expect((await browser.send('/oauth/clients', wanted, all.fan.headers)).status).toBe(403);
  expect((await browser.send('/oauth/clients', wanted)).status).toBe(401);
});

test.each([
  ['redirectUris.0', { redirectUris: ['http://app.example/callback'] }],
  ['redirectUris.1', { redirectUris: [CALLBACK, 'https://*.example/'] }],
  ['redirectUris', { redirectUris: [] }],
  ['ownName', { kind: 'public', ownName: true }],
  ['scopes', { redirectUris: [], ownName: true, scopes: ['tickets:read'] }],
])('Z4: a registration that cannot be is refused with its field: %s', async (field, more) => {
  const answer = await createBrowser(all.app).send(
    '/oauth/clients',
    { ...wanted, ...more },
    all.vendor.headers,
  );
  expect(answer.body.error).toMatchObject({ code: 'INVALID_REQUEST', details: { field } });
});

test('Z4: there is an end to how many one may have, also when all are asked for at once', async () => {
  const { owner } = await all.register();
  const answers = await Promise.all(
    Array.from({ length: LIMITS.oauthClientsPerOwner + 3 }, () =>
      createBrowser(all.app).send('/oauth/clients', wanted, owner.headers),
    ),
  );
  expect(answers.filter(({ status }) => status === 201).length).toBe(LIMITS.oauthClientsPerOwner - 1);
});
