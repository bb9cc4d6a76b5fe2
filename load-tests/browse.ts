/**
 * k6: people who look around. Each virtual user searches as one types, narrows down, sorts, opens events, looks whether there
 * are tickets and what earlier nights there looked like, and now and then books and pays. Run it by `npm run load -- browse`, which starts a Holdfast, fills it and checks
 * the ledger after.
 *
 *   BASE_URL    where Holdfast is                    CATALOGUE   a JSON file: words, cities, types, and events with a tier each
 *   TOKENS      a JSON file of access tokens         VUS, SECONDS   how many at once, for how long
 *   THINK_MS    how long somebody looks at a page, on average (half to one and a half of it): at 3,000 two hundred people ask some
 *               250 times a second, a hundred times what requirements/004 expects of them
 */
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Trend } from 'k6/metrics';

const { BASE_URL, CATALOGUE, TOKENS } = __ENV;
const VUS = Number(__ENV.VUS || 200);
const SECONDS = Number(__ENV.SECONDS || 60);
const THINK_MS = Number(__ENV.THINK_MS || 3_000);

interface Catalogue {
  words: string[];
  cities: string[];
  types: string[];
  events: { id: string; tierId: string }[];
}
/** k6's own global, which a browser's types hide. */
const readFile = open as unknown as (path: string) => string;
const tokens = new SharedArray<string>('tokens', () => JSON.parse(readFile(TOKENS as string)));
const [catalogue] = new SharedArray<Catalogue>('catalogue', () => [
  JSON.parse(readFile(CATALOGUE as string)),
]);
const { words, cities, types, events } = catalogue as Catalogue;

const paid = new Counter('holdfast_paid');
/** `Server-Timing`, beside what requirements/004 grants each: database 800 ms, cache 100 ms, logic 1.5 s. */
const PARTS = { db: 800, cache: 100, app: 1_500 };
const parts = Object.keys(PARTS).map((part) => ({ part, trend: new Trend(`holdfast_${part}_ms`, true) }));
const STEPS = ['search', 'filter', 'facets', 'details', 'tickets', 'pictures', 'picture', 'book', 'pay'];

export const options = {
  scenarios: { people: { executor: 'constant-vus', vus: VUS, duration: `${SECONDS}s`, gracefulStop: '20s' } },
  thresholds: {
    http_req_duration: ['p(80)<3000', 'p(95)<300'],
    ...Object.fromEntries(STEPS.map((step) => [`http_req_duration{step:${step}}`, ['p(95)<300']])),
    http_req_failed: ['rate==0'],
    checks: ['rate==1'],
    ...Object.fromEntries(
      Object.entries(PARTS).map(([part, ms]) => [`holdfast_${part}_ms`, [`p(95)<${ms}`]]),
    ),
    holdfast_paid: ['count>0'],
  },
  summaryTrendStats: ['avg', 'med', 'p(80)', 'p(95)', 'p(99)', 'max'],
};

const any = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

/** k6 gives headers canonical names. */
function timed(answer: { headers: Record<string, string> }): void {
  for (const { part, trend } of parts) {
    const ms = new RegExp(`${part};dur=([\\d.]+)`).exec(answer.headers['Server-Timing'] ?? '')?.[1];
    if (ms !== undefined) trend.add(Number(ms));
  }
}

function get(step: string, path: string) {
  const answer = http.get(`${BASE_URL}${path}`, { tags: { step, name: step } });
  timed(answer);
  if (!check(answer, { [`${step} is answered`]: (r) => r.status === 200 }))
    console.error(`${step} ${path}: ${answer.status} ${answer.body}`);
  return answer;
}

const asked = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');

/** Two or three letters, then more of them, as fingers bring them. */
function search(): void {
  const word = any(words);
  for (const length of [3, 5, word.length])
    get('search', `/events?${asked({ search: word.slice(0, length) })}`);
}

function narrow(): void {
  const wish: Record<string, string> = {};
  if (Math.random() < 0.5) wish.type = any(types);
  if (Math.random() < 0.5) wish.city = any(cities);
  if (Math.random() < 0.5) wish.maxPriceCents = String(1_000 + Math.floor(Math.random() * 20_000));
  get('facets', `/events/facets?${asked(wish)}`);
  get(
    'filter',
    `/events?${asked({ ...wish, sort: any(['date', 'price_asc', 'price_desc', 'popularity']) })}`,
  );
}

function buy(token: string, { id, tierId }: { id: string; tierId: string }): void {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const post = (step: string, path: string, body: object) =>
    http.post(`${BASE_URL}${path}`, JSON.stringify(body), { headers, tags: { step, name: step } });
  const booked = post('book', '/tickets/book', { eventId: id, items: [{ tierId, quantity: 1 }] });
  timed(booked);
  if (!check(booked, { booked: (r) => r.status === 201 })) {
    console.error(`book: ${booked.status} ${booked.body}`);
    return;
  }
  const method = { provider: 'test', card: '4242424242424242' };
  const answer = post('pay', '/payment', { orderId: booked.json('order.id'), method });
  timed(answer);
  if (check(answer, { paid: (r) => r.status === 200 })) paid.add(1);
  else console.error(`payment: ${answer.status} ${answer.body}`);
}

/** What others saw there: the first row of small ones. */
function look(eventId: string): void {
  const shown = get('pictures', `/events/${eventId}/images?limit=12`).json('items') as
    | { smallUrl: string }[]
    | null;
  for (const { smallUrl } of (shown ?? []).slice(0, 3)) get('picture', smallUrl);
}

const think = () => new Promise<void>((resolve) => setTimeout(resolve, THINK_MS * (0.5 + Math.random())));

export default async function person() {
  // They come within the time of one round, not in one instant: a rush is what drop.ts makes.
  if (exec.vu.iterationInInstance === 0)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3 * THINK_MS));
  const token = tokens[exec.scenario.iterationInTest % tokens.length] as string;
  search();
  await think();
  narrow();
  await think();
  const event = any(events);
  get('details', `/events/${event.id}`);
  get('tickets', `/events/${event.id}/tickets`);
  look(event.id);
  await think();
  if (Math.random() < 0.3) buy(token, event);
}
