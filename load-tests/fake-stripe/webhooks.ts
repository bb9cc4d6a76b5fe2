/**
 * Webhooks as Stripe sends them: signed, at least once, in no order, tried again when they are not taken. Mischief can be
 * asked for; it follows from the seed and an event's number in its account, so that a run can be had again (rule P88).
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { Account, Books } from './books.ts';
import { newId } from './books.ts';
import type { StripeEvent } from './things.ts';

export interface Endpoint {
  id: string;
  account: string;
  url: string;
  /** Newest first; each signs. */
  secrets: string[];
  /** Types it is told of; `*`: all. */
  events: string[];
}

export interface Mischief {
  /** Shares from 0 to 1. */
  duplicate: number;
  drop: number;
  /** Share of events that come late, so that younger ones overtake them. */
  reorder: number;
  /** How late at most, ms. */
  reorderMs: number;
  /** ms added to every event. */
  delayMs: number;
  /** How often it is tried, and the first pause; each following one is twice as long. */
  tries: number;
  retryMs: number;
  /** Nothing is sent until it is lifted. */
  paused: boolean;
}

export const CALM: Mischief = {
  duplicate: 0,
  drop: 0,
  reorder: 0,
  reorderMs: 1_000,
  delayMs: 0,
  tries: 16,
  retryMs: 1_000,
  paused: false,
};

interface Delivery {
  endpoint: Endpoint;
  event: StripeEvent;
  attempt: number;
  dueAt: number;
}

export interface WebhookCounts {
  sent: number;
  taken: number;
  refused: number;
  dropped: number;
  duplicated: number;
  abandoned: number;
  waiting: number;
}

const SEND_TIMEOUT_MS = 20_000;
const AT_ONCE = 64;

/** A number from 0 to 1 that the seed, the account, the event's number and the question decide. */
function chance(seed: string, account: string, number: number, question: string): number {
  const digest = createHash('sha256').update(`${seed}/${account}/${number}/${question}`).digest();
  return digest.readUInt32BE(0) / 2 ** 32;
}

export function signatureOf(secrets: readonly string[], body: string, atSeconds: number): string {
  const sign = (secret: string) => createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex');
  return [`t=${atSeconds}`, ...secrets.map((secret) => `v1=${sign(secret)}`)].join(',');
}

export interface WebhooksDeps {
  books: Books;
  /** The fake's own time, which a control may advance. */
  now(): number;
  /** The machine's time: what signatures are dated by. */
  realNow(): number;
  seed: string;
}

const ENDPOINTS = 'endpoints';

export function createWebhooks({ books, now, realNow, seed }: WebhooksDeps) {
  let mischief: Mischief = { ...CALM };
  let waiting: Delivery[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const running = new Set<Promise<void>>();
  const counts: Omit<WebhookCounts, 'waiting'> = {
    sent: 0,
    taken: 0,
    refused: 0,
    dropped: 0,
    duplicated: 0,
    abandoned: 0,
  };
  const endpoints = (): Endpoint[] => books.noted<Endpoint[]>(ENDPOINTS) ?? [];

  async function send({ endpoint, event, attempt }: Delivery): Promise<void> {
    const body = JSON.stringify(event);
    counts.sent++;
    let status = 0;
    try {
      const answer = await fetch(endpoint.url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'stripe-signature': signatureOf(endpoint.secrets, body, Math.floor(realNow() / 1000)),
        },
      });
      status = answer.status;
      await answer.arrayBuffer();
    } catch {
      // Nobody there, or too slow: as good as a refusal, it is tried again.
      status = 0;
    }
    if (status >= 200 && status < 300) {
      counts.taken++;
      return;
    }
    counts.refused++;
    if (attempt >= mischief.tries) counts.abandoned++;
    else
      queue({ endpoint, event, attempt: attempt + 1, dueAt: now() + mischief.retryMs * 2 ** (attempt - 1) });
  }

  function queue(delivery: Delivery): void {
    if (closed) return;
    waiting.push(delivery);
    pump();
  }

  /** Sends what is due and sets the alarm for what is next. */
  function pump(everything = false): void {
    clearTimeout(timer);
    if (closed || (mischief.paused && !everything)) return;
    const due: Delivery[] = [];
    const rest: Delivery[] = [];
    for (const d of waiting)
      (due.length + running.size < AT_ONCE && (everything || d.dueAt <= now()) ? due : rest).push(d);
    waiting = rest;
    for (const delivery of due) {
      const done = send(delivery).finally(() => {
        running.delete(done);
        pump();
      });
      running.add(done);
    }
    if (waiting.length === 0 || running.size >= AT_ONCE) return;
    const next = waiting.reduce((min, d) => Math.min(min, d.dueAt), Number.POSITIVE_INFINITY);
    timer = setTimeout(() => pump(), Math.max(0, next - now()));
    timer.unref();
  }

  function schedule(endpoint: Endpoint, account: Account, event: StripeEvent): void {
    const number = account.events.length;
    const { duplicate, drop, reorder, reorderMs, delayMs } = mischief;
    const lot = (question: string) => chance(seed, account.id, number, question);
    if (lot('drop') < drop) {
      counts.dropped++;
      return;
    }
    const late = lot('reorder') < reorder ? lot('how late') * reorderMs : 0;
    const first = { endpoint, event, attempt: 1, dueAt: now() + delayMs + late };
    queue(first);
    if (lot('duplicate') < duplicate) {
      counts.duplicated++;
      queue({ ...first, dueAt: first.dueAt + lot('again') * reorderMs });
    }
  }

  return {
    announce(account: Account, event: StripeEvent): void {
      for (const endpoint of endpoints())
        if (
          endpoint.account === account.id &&
          (endpoint.events.includes('*') || endpoint.events.includes(event.type))
        )
          schedule(endpoint, account, event);
    },
    register(account: Account, url: string, events: string[] = ['*'], secret?: string): Endpoint {
      const { protocol } = new URL(url);
      if (protocol !== 'http:' && protocol !== 'https:')
        throw new TypeError('a webhook goes to http or https');
      const secrets = [secret ?? `whsec_${randomBytes(24).toString('hex')}`];
      const endpoint = { id: newId('we'), account: account.id, url, secrets, events };
      books.note(ENDPOINTS, [...endpoints(), endpoint]);
      return endpoint;
    },
    /** A second secret for a while: both sign, as when a secret is rolled at Stripe. */
    roll(id: string): Endpoint {
      const rolled = endpoints().map((e) =>
        e.id === id
          ? { ...e, secrets: [`whsec_${randomBytes(24).toString('hex')}`, ...e.secrets].slice(0, 2) }
          : e,
      );
      books.note(ENDPOINTS, rolled);
      const found = rolled.find((e) => e.id === id);
      if (!found) throw new TypeError(`no endpoint ${id}`);
      return found;
    },
    unregister(id: string): void {
      books.note(
        ENDPOINTS,
        endpoints().filter((e) => e.id !== id),
      );
      waiting = waiting.filter((d) => d.endpoint.id !== id);
    },
    endpoints,
    set(change: Partial<Mischief>): Mischief {
      mischief = { ...mischief, ...change };
      pump();
      return mischief;
    },
    /** An event once more, to all endpoints of its account, whatever became of it. */
    resend(account: Account, event: StripeEvent): void {
      for (const endpoint of endpoints())
        if (endpoint.account === account.id) queue({ endpoint, event, attempt: 1, dueAt: now() });
    },
    pump,
    /** Sends everything that waits, now; resolves once all of it was answered once. */
    async flush(): Promise<void> {
      do {
        pump(true);
        await Promise.all(running);
      } while (waiting.some((d) => d.attempt === 1));
    },
    counts: (): WebhookCounts => ({ ...counts, waiting: waiting.length + running.size }),
    async close(): Promise<void> {
      closed = true;
      clearTimeout(timer);
      waiting = [];
      await Promise.all(running);
    },
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;
