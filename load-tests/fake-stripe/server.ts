/** The fake Stripe over HTTP: its API under /v1, the step page under /_step, its controls under /_control. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, createAnswers } from './answers.ts';
import { openBooks } from './books.ts';
import { answerControl, type Control, createControl, type Settings } from './control.ts';
import { createFaults } from './faults.ts';
import { decodeForm, text } from './form.ts';
import { type House, hiddenOf } from './house.ts';
import { takeStep } from './intents.ts';
import { findOperation } from './operations.ts';
import { Refusal } from './refusal.ts';
import { backTo, STEP_POLICY, stepPage } from './step-page.ts';
import type { Intent } from './things.ts';
import { createWebhooks } from './webhooks.ts';

export interface FakeStripeOptions {
  /** Default: a free one. */
  port?: number;
  /** Default: this machine only. Controls kill processes: show them to nobody else. */
  host?: string;
  /** Secret keys that are accepted; default: any test key, an account each. */
  keys?: readonly string[];
  /** A file that its books survive a restart in. */
  journal?: string;
  /** Of what webhooks' mischief follows; default `1`. */
  seed?: string;
  now?: () => number;
}

export interface FakeStripe {
  /** `http://127.0.0.1:12111`: what STRIPE_API_BASE is set to. */
  url: string;
  port: number;
  control: Control;
  close(): Promise<void>;
}

const BODY_MAX = 1_000_000;
const CLOCK = 'clock';

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += (part as Buffer).length;
    if (size > BODY_MAX) throw new TypeError('body too large');
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString();
}

function killCaller(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (err) {
    // It is gone already, which is what was wanted.
    if ((err as NodeJS.ErrnoException).code !== 'ESRCH') throw err;
  }
}

/** Sends an answer, or does to the connection what its fault says. */
function deliver(response: ServerResponse, { status, body, headers, fault }: Answer): void {
  if (fault?.answer === 'hang') return;
  if (fault?.answer === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (fault?.answer === 'kill' && fault.when !== 'replied') {
    killCaller(fault.pid as number);
    response.destroy();
    return;
  }
  response.writeHead(status, headers).end(body, () => {
    if (fault?.answer === 'kill') killCaller(fault.pid as number);
  });
}

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body ?? {}));
};

/** The page of `/_step/pi_…?secret=…`: who has the client secret may take the step, as Stripe.js may. */
function answerStep(
  house: House,
  request: IncomingMessage,
  body: string,
  url: URL,
  response: ServerResponse,
): void {
  const id = url.pathname.split('/').at(-1) as string;
  const secret = url.searchParams.get('secret');
  for (const account of house.books.accounts()) {
    const intent = house.books.find<Intent>(account, 'payment_intent', id);
    if (intent?.client_secret !== secret) continue;
    const call = { house, account, params: {}, query: {}, ids: [id], requestId: null, idempotencyKey: null };
    if (request.method === 'POST' && intent.status === 'requires_action') {
      const after = takeStep(call, text(decodeForm(body).approve) !== 'false');
      const { returnUrl } = hiddenOf(call, id);
      if (typeof returnUrl === 'string') {
        response.writeHead(303, { location: backTo(returnUrl, after) }).end();
        return;
      }
    }
    const now = house.books.find<Intent>(account, 'payment_intent', id) as Intent;
    response.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': STEP_POLICY });
    response.end(stepPage(now));
    return;
  }
  json(response, 404, { error: { message: 'no such step' } });
}

export async function startFakeStripe(options: FakeStripeOptions = {}): Promise<FakeStripe> {
  const realNow = options.now ?? Date.now;
  const books = openBooks(options.journal);
  let offset = books.noted<number>(CLOCK) ?? 0;
  const now = () => realNow() + offset;
  const settings: Settings = { latencyMs: 0, rateLimit: 0 };
  const faults = createFaults();
  const webhooks = createWebhooks({ books, now, realNow, seed: options.seed ?? '1' });
  const calls = new Map<string, number>();
  let url = '';
  const house: House = { books, now, baseUrl: () => url, announce: webhooks.announce };
  const control = createControl({
    house,
    faults,
    webhooks,
    settings,
    calls,
    advance(ms) {
      if (!Number.isFinite(ms) || ms < 0) throw new TypeError('time only goes forward: ms is 0 or more');
      offset += ms;
      books.note(CLOCK, offset);
    },
  });
  const answer = createAnswers({
    house,
    faults,
    keys: options.keys ?? null,
    limit: () => settings.rateLimit,
    latency: () => settings.latencyMs,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new URL(request.url ?? '/', 'http://fake');
    const method = request.method ?? 'GET';
    const body = await read(request);
    if (at.pathname.startsWith('/_control/')) {
      const given = body === '' ? Object.fromEntries(at.searchParams) : JSON.parse(body);
      json(
        response,
        200,
        await answerControl(control, method, at.pathname.slice('/_control/'.length), given),
      );
    } else if (at.pathname.startsWith('/_step/')) answerStep(house, request, body, at, response);
    else {
      const headers = request.headers as Record<string, string | undefined>;
      const answered = await answer({ method, path: at.pathname, query: at.search.slice(1), body, headers });
      count(method, at.pathname);
      deliver(response, answered);
    }
  }

  function count(method: string, path: string): void {
    try {
      const { name } = findOperation(method, path).operation;
      calls.set(name, (calls.get(name) ?? 0) + 1);
    } catch (err) {
      // An address this fake does not have was answered 404 and is not counted.
      if (!(err instanceof Refusal)) throw err;
    }
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((err: unknown) => {
      if (response.headersSent) return response.destroy();
      const wrong = err instanceof TypeError || err instanceof SyntaxError || err instanceof Refusal;
      json(response, wrong ? 400 : 500, { error: { type: 'fake_stripe', message: String(err) } });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  url = `http://${options.host ?? '127.0.0.1'}:${port}`;
  return {
    url,
    port,
    control,
    async close() {
      await webhooks.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      books.close();
    },
  };
}
