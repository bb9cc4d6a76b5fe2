/**
 * k6: a live drop. Each virtual user plays one fan after another for the length of the test: connect, join the line,
 * wait for the turn, claim, hold, then pay, let go or walk away. It speaks the Socket.IO protocol (Engine.IO 4) over
 * k6's own WebSocket. Run it by `npm run load`, which starts a Holdfast, mints accounts and checks the ledger after.
 *
 *   BASE_URL, SOCKET_URL   where Holdfast is         DROP, EVENT, TIERS   what is on sale (ids; TIERS comma-joined)
 *   TOKENS                 a JSON file of access tokens      VUS, SECONDS   how many at once, for how long
 */
import { check } from 'k6';
import { SharedArray } from 'k6/data';
import exec from 'k6/execution';
import http from 'k6/http';
import { Counter, Rate, Trend } from 'k6/metrics';
import { WebSocket } from 'k6/websockets';

const { BASE_URL, SOCKET_URL, DROP, EVENT, TIERS = '', TOKENS } = __ENV;
const VUS = Number(__ENV.VUS || 200);
const SECONDS = Number(__ENV.SECONDS || 60);
const tiers = TIERS.split(',');
/** k6's own global, which a browser's types hide. */
const readFile = open as unknown as (path: string) => string;
const tokens = new SharedArray<string>('tokens', () => JSON.parse(readFile(TOKENS as string)));

const holdTime = new Trend('holdfast_hold_ms', true);
const joinTime = new Trend('holdfast_join_ms', true);
const waitTime = new Trend('holdfast_wait_for_turn_ms', true);
const payTime = new Trend('holdfast_checkout_ms', true);
const surprises = new Rate('holdfast_unexpected');
const held = new Counter('holdfast_held');
const paid = new Counter('holdfast_paid');
const soldOut = new Counter('holdfast_sold_out');
const oversold = new Counter('holdfast_oversold');

export const options = {
  scenarios: {
    fans: { executor: 'constant-vus', vus: VUS, duration: `${SECONDS}s`, gracefulStop: '20s' },
  },
  thresholds: {
    holdfast_oversold: ['count==0'],
    holdfast_unexpected: ['rate<0.001'],
    holdfast_hold_ms: ['p(95)<250'],
    holdfast_join_ms: ['p(95)<250'],
    holdfast_checkout_ms: ['p(95)<600'],
    holdfast_held: ['count>0'],
    holdfast_paid: ['count>0'],
    http_req_failed: ['rate<0.01'],
    checks: ['rate>0.999'],
  },
  summaryTrendStats: ['avg', 'med', 'p(95)', 'p(99)', 'max'],
};

/** Refusals that a busy sale gives honestly. */
const EXPECTED = ['NOT_CALLED', 'CALL_LAPSED', 'SOLD_OUT', 'NO_TURN', 'NOT_OPEN', 'LIMIT_EXCEEDED'];

function uuid() {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () =>
    Math.floor(Math.random() * 16).toString(16),
  );
}

/** The Socket.IO protocol by hand: `ask` resolves with the acknowledgement. */
function connect(token: string, onReady: (ask: Ask, close: () => void) => void) {
  const socket = new WebSocket(`${SOCKET_URL}/socket.io/?EIO=4&transport=websocket`);
  const waiting = new Map<number, (answer: Answer) => void>();
  let next = 0;
  const ask: Ask = (event, payload) =>
    new Promise((resolve) => {
      const id = next++;
      waiting.set(id, resolve);
      socket.send(`42${id}${JSON.stringify([event, payload])}`);
    });
  socket.onmessage = (message) => {
    const text = String(message?.data);
    if (text === '2') socket.send('3');
    else if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
    else if (text.startsWith('40')) onReady(ask, () => socket.close());
    else if (text.startsWith('44')) surprises.add(1);
    else if (text.startsWith('43')) {
      const bracket = text.indexOf('[');
      const id = Number(text.slice(2, bracket));
      const resolve = waiting.get(id);
      waiting.delete(id);
      if (resolve) resolve(JSON.parse(text.slice(bracket))[0]);
    }
  };
  socket.onerror = () => surprises.add(1);
}

interface Answer {
  ok: boolean;
  data?: { hold?: { id: string } };
  error?: { code: string };
}
type Ask = (event: string, payload: unknown) => Promise<Answer>;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

async function timed(trend: Trend, work: () => Promise<Answer>): Promise<Answer> {
  const start = Date.now();
  const answer = await work();
  trend.add(Date.now() - start);
  const fine = answer.ok || EXPECTED.includes(answer.error?.code ?? '');
  surprises.add(fine ? 0 : 1);
  if (!fine) console.error(`unexpected: ${JSON.stringify(answer.error)}`);
  return answer;
}

function pay(token: string, holdId: string) {
  const params = { headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` } };
  const start = Date.now();
  const booked = http.post(`${BASE_URL}/tickets/book`, JSON.stringify({ holdId }), params);
  if (!check(booked, { booked: (r) => r.status === 201 })) {
    console.error(`book ${booked.status} ${booked.body}`);
    return;
  }
  const orderId = booked.json('order.id');
  const method = { provider: 'test', card: '4242424242424242' };
  const answer = http.post(`${BASE_URL}/payment`, JSON.stringify({ orderId, method }), params);
  payTime.add(Date.now() - start);
  if (
    check(answer, {
      'paid with tickets': (r) => r.status === 200 && (r.json('tickets') as unknown[]).length > 0,
    })
  )
    paid.add(1);
  else console.error(`payment ${answer.status} ${answer.body}`);
}

async function visit(token: string, ask: Ask, endsAt: number) {
  await ask('drop:watch', { dropId: DROP });
  const joined = await timed(joinTime, () => ask('queue:join', { dropId: DROP }));
  if (!joined.ok) return;
  const since = Date.now();
  for (;;) {
    const claimed = await ask('queue:claim', { dropId: DROP });
    if (claimed.ok) break;
    const fine = EXPECTED.includes(claimed.error?.code ?? '');
    surprises.add(fine ? 0 : 1);
    if (!fine || Date.now() > endsAt) return;
    await pause(300 + Math.random() * 200);
  }
  waitTime.add(Date.now() - since);
  await pause(Math.random() * 2000);
  const items = [
    { tierId: tiers[Math.floor(Math.random() * tiers.length)], quantity: 1 + Math.floor(Math.random() * 2) },
  ];
  const answer = await timed(holdTime, () => ask('hold:place', { dropId: DROP, requestId: uuid(), items }));
  if (!answer.ok) {
    if (answer.error?.code === 'SOLD_OUT') soldOut.add(1);
  } else {
    held.add(1);
    const holdId = (answer.data as { hold: { id: string } }).hold.id;
    await pause(Math.random() * 1500);
    const mood = Math.random();
    if (mood < 0.6) pay(token, holdId);
    else if (mood < 0.8) check(await ask('hold:release', { holdId }), { 'let go': (a) => a.ok });
    // else: walks away; the hold lapses by itself
  }
  await ask('queue:leave', { dropId: DROP });
}

export default function fan() {
  // Every visit is another fan: tokens are dealt out in turn over all virtual users.
  const token = tokens[exec.scenario.iterationInTest % tokens.length] as string;
  const endsAt = exec.scenario.startTime + SECONDS * 1000;
  connect(token, (ask, close) => {
    visit(token, ask, endsAt).then(close, (err) => {
      console.error(String(err));
      surprises.add(1);
      close();
    });
  });
}

export function teardown() {
  const { tiers: shown } = http.get(`${BASE_URL}/events/${EVENT}/tickets`).json() as {
    tiers: { name: string; quantity: number; available: number; held: number; sold: number }[];
  };
  for (const tier of shown)
    if (tier.available < 0 || tier.held + tier.sold > tier.quantity) {
      oversold.add(1);
      console.error(`oversold: ${JSON.stringify(tier)}`);
    }
}
