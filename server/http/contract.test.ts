import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { call } from './testing.ts';
import { houseOver } from './testing-house.ts';

let world: TestWorld;
let house: Awaited<ReturnType<typeof houseOver>>;
beforeAll(async () => {
  world = await testWorld();
  house = await houseOver(world);
});
afterAll(async () => {
  await house.app.close();
  await world.close();
});

/** The endpoint table of the requirements, whole. */
const CONTRACT: readonly (readonly [string, string])[] = [
  ['POST', '/register'],
  ['POST', '/login'],
  ['POST', '/logout'],
  ['GET', '/events'],
  ['GET', '/events/:eventId'],
  ['GET', '/events/:eventId/tickets'],
  ['POST', '/tickets/book'],
  ['POST', '/tickets/refund'],
  ['POST', '/payment'],
  ['GET', '/vendors/payment-methods'],
  ['GET', '/loyalty-points'],
  ['POST', '/events'],
  ['POST', '/events/:eventId/payment-methods'],
  ['GET', '/vendors/:vendorId/sales'],
  ['GET', '/recommendations'],
  ['POST', '/users/:userId/upload-image'],
  ['GET', '/users/:userId/images'],
  ['PUT', '/events/:eventId'],
  ['PUT', '/vendors/payment-methods/:methodId'],
  ['PUT', '/users/:userId'],
  ['DELETE', '/events/:eventId'],
  ['DELETE', '/tickets/:ticketId'],
  ['DELETE', '/vendors/payment-methods/:methodId'],
  ['DELETE', '/users/:userId/images/:imageId'],
  ['HEAD', '/tickets/:ticketId'],
  ['HEAD', '/events/:eventId/tickets'],
];

test('X14: every row of the endpoint table is mounted, and described', async () => {
  const { paths } = (await call(house.app, 'GET', '/openapi.json')).body;
  for (const [method, url] of CONTRACT) {
    expect(house.app.routeTable.has(method, url), `${method} ${url}`).toBe(true);
    const described = paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    expect(described?.summary, `${method} ${url}`).toEqual(expect.any(String));
  }
});

test('X14: what an installation lacks the settings for says so', async () => {
  const stripe = await call(house.app, 'POST', '/webhooks/stripe', { body: {} });
  expect([stripe.status, stripe.body.error.code]).toEqual([501, 'NOT_AVAILABLE']);
});
