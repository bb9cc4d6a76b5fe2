/** The catalogue over HTTP, with one caller of each kind. */
import type { FastifyInstance } from 'fastify';
import { call, httpWorld, signedIn } from '../http/testing.ts';
import { statement } from '../stores/index.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { catalogRoutes, createCatalog } from './index.ts';

export interface Caller {
  headers: { authorization: string };
  user: { id: string };
}
type Headers = Record<string, string>;

/** A tier with a default for everything. */
export const tier = (over: Record<string, unknown> = {}) => ({
  name: 'Floor',
  priceCents: 1,
  currency: 'EUR',
  quantity: 1,
  ...over,
});

export async function catalogWorld() {
  const world: TestWorld = await testWorld();
  const slices = [(scope: FastifyInstance) => catalogRoutes(scope, { catalog: createCatalog(world) })];
  const { app, accounts } = await httpWorld(world, {
    env: { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' },
    slices,
  });
  const vendor: Caller = await signedIn(world, accounts, 'vendor');
  const inHours = (hours: number) => new Date(world.clock.now() + hours * 3_600_000).toISOString();
  const eventBody = (over: Record<string, unknown> = {}) => ({
    title: 'Kelp Night',
    type: 'concert',
    artist: 'The Holdfasts',
    venue: { name: 'Rote Fabrik', city: 'Zürich', timeZone: 'Europe/Zurich' },
    startsAt: inHours(720),
    status: 'published',
    tiers: [
      { name: 'Floor', priceCents: 5000, currency: 'CHF', quantity: 100 },
      { name: 'Balcony', priceCents: 3000, currency: 'CHF', quantity: 50 },
    ],
    drop: { opensAt: inHours(24), lobbyOpensAt: inHours(23) },
    ...over,
  });
  return {
    world,
    app,
    vendor,
    rival: (await signedIn(world, accounts, 'vendor')) as Caller,
    fan: (await signedIn(world, accounts, 'user')) as Caller,
    operator: (await signedIn(world, accounts, 'operator')) as Caller,
    inHours,
    eventBody,
    sql: <Row>(text: string, values: unknown[] = []) =>
      world.ledger.reads.all<Row>(statement('catalog_test', text), values),
    create: (over: Record<string, unknown> = {}, who: Caller = vendor) =>
      call(app, 'POST', '/events', { body: eventBody(over), headers: who.headers }),
    get: (url: string, who?: Caller, headers: Headers = {}) =>
      call(app, 'GET', url, { headers: { ...who?.headers, ...headers } }),
    head: (url: string) => call(app, 'HEAD', url),
    put: (id: string, edit: unknown, who: Caller = vendor, headers: Headers = {}) =>
      call(app, 'PUT', `/events/${id}`, { body: edit, headers: { ...who.headers, ...headers } }),
    remove: (id: string, who: Caller = vendor, headers: Headers = {}) =>
      call(app, 'DELETE', `/events/${id}`, { headers: { ...who.headers, ...headers } }),
    async close() {
      await app.close();
      await world.close();
    },
  };
}
export type CatalogWorld = Awaited<ReturnType<typeof catalogWorld>>;
