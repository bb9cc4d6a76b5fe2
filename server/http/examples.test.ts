/** Examples in the API's description (rules X80, X81). `npm run examples` records them anew, from what this program answers. */
import { writeFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { House } from '../compose.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { type Examples, readExamples } from './describe.ts';
import type { RouteEntry } from './route-table.ts';
import { call } from './testing.ts';
import { exchange } from './testing-exchanges.ts';
import { houseOver } from './testing-house.ts';
import type { RouteSchema } from './testing-requests.ts';

let world: TestWorld;
let house: House;
let app: FastifyInstance;
let routes: RouteEntry[];
beforeAll(async () => {
  world = await testWorld();
  ({ house, app } = await houseOver(world));
  const { paths } = (await call(app, 'GET', '/openapi.json')).body;
  // A HEAD that only comes along with its GET is not described.
  routes = app.routeTable.routes.filter(
    ({ url, method }) => paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()],
  );
});
afterAll(async () => {
  await app.close();
  await world.close();
});

const label = (route: RouteEntry) => `${route.method} ${route.url}`;

/** What differs from run to run is made alike, and what is secret is made up. */
function steady(value: unknown): unknown {
  const ids = new Map<string, string>();
  const nameOf = (id: string): string => {
    const known = ids.get(id) ?? `0192f0c0-0000-7000-8000-${String(ids.size + 1).padStart(12, '0')}`;
    ids.set(id, known);
    return known;
  };
  const text = (given: string): string =>
    given
      .replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, nameOf)
      .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2030-06-01T18:30:00.000Z')
      .replace(/\b(hf[a-z]+_)[\w-]{16,}/g, '$1not-a-real-secret')
      .replace(/[A-Za-z0-9_-]{60,}/g, 'bm90LWEtcmVhbC1zZWNyZXQ');
  const walk = (given: unknown, key = ''): unknown => {
    if (typeof given === 'string' && /^[0-9a-f]{64}$/.test(given)) return '5f'.repeat(32);
    if (typeof given === 'string')
      return /token|secret/i.test(key) && given.length > 20 ? 'not-a-real-secret' : text(given);
    // Of a list of things two are enough; four bounds stay four.
    if (Array.isArray(given))
      return given.slice(0, typeof given[0] === 'object' ? 2 : 8).map((each) => walk(each));
    if (given && typeof given === 'object')
      return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, walk(each, name)]));
    return given;
  };
  return walk(value);
}

/** Needs what is not of this program (a device, a provider, a mail's link), or a state that these belongings are not in. */
const UNANSWERED: readonly RegExp[] = [
  /^\w+ \/(operations|oauth|login\/outside|webhooks|pay|images)\//,
  /^\w+ \/login\/outside$/,
  /^\w+ \/(me\/cards|me\/outside|me\/push|suggestions\/off)/,
  /^\w+ \/drops\/:dropId\/(resume|draw\/proof)$/,
  /^\w+ \/(passkeys|passkeys\/login|email\/\w+|password\/reset|payment\/confirm)$/,
  /^(POST \/orders\/:orderId\/code|PUT \/events\/:eventId\/seating)$/,
];
const mayLack = (route: RouteEntry): boolean => UNANSWERED.some((one) => one.test(label(route)));

test.runIf(process.env.RECORD_EXAMPLES)('X81: recording', { timeout: 300_000 }, async () => {
  const examples: Examples = {};
  for (const route of routes) {
    const { request, status, type, response } = await exchange({ world, house, app }, route);
    const said = request === undefined ? {} : { request: steady(request) };
    if (status < 400)
      examples[label(route)] = {
        status,
        ...said,
        type,
        ...(response === null ? {} : { response: steady(response) }),
      };
    else if (!mayLack(route))
      throw new Error(`${label(route)} ← ${JSON.stringify(request)} → ${status} ${JSON.stringify(response)}`);
  }
  const sorted = Object.fromEntries(Object.entries(examples).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(new URL('./examples.json', import.meta.url), `${JSON.stringify(sorted, null, 2)}\n`);
});

test('X81: every endpoint is shown with a request and an answer that its schemas accept', () => {
  const examples = readExamples();
  const known = new Set(routes.map(label));
  expect(Object.keys(examples).filter((name) => !known.has(name))).toEqual([]);
  const missing: string[] = [];
  for (const route of routes) {
    const schema = (route.schema ?? {}) as RouteSchema & { response?: Record<string, TSchema> };
    const example = examples[label(route)];
    if (!example) {
      if (!mayLack(route)) missing.push(label(route));
      continue;
    }
    if (schema.body) expect(Value.Errors(schema.body as TSchema, example.request), label(route)).toEqual([]);
    const answered = schema.response?.[example.status];
    if (answered && !('content' in answered) && example.response !== undefined)
      expect(Value.Errors(answered, example.response), label(route)).toEqual([]);
  }
  expect(missing).toEqual([]);
});

test('X80: every endpoint says how it refuses, in the one shape', async () => {
  const { body } = await call(app, 'GET', '/openapi.json');
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    const described = body.paths[path]?.[route.method.toLowerCase()];
    if (!described) continue;
    const statuses = Object.keys(described.responses);
    expect(statuses, label(route)).toEqual(expect.arrayContaining(['429', '503', 'default']));
    if (route.access !== 'public') expect(statuses, label(route)).toContain('401');
    if (route.url.includes(':')) expect(statuses, label(route)).toContain('404');
    expect(
      statuses.some((status) => status < '400'),
      label(route),
    ).toBe(true);
  }
  expect(body.components.schemas.Error.properties.error.properties.code.enum).toContain('SOLD_OUT');
});
