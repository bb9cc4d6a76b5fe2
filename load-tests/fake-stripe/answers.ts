/**
 * One API request from its headers to its answer: who asks, in which version, how often, under which idempotency key.
 * Keys are kept as Stripe keeps them (rule P83): the first status and body, errors of ours included, whatever happened
 * since; other parameters under the same key are refused; while the first request runs, a second one is told so.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Account, newId } from './books.ts';
import type { Fault, Faults } from './faults.ts';
import { decodeForm } from './form.ts';
import { API_VERSION, type Call, type House } from './house.ts';
import { findOperation, type Operation, runOperation } from './operations.ts';
import { apiError, type ErrorBody, Refusal, tooMany } from './refusal.ts';

export interface Asked {
  method: string;
  path: string;
  query: string;
  body: string;
  headers: Readonly<Record<string, string | undefined>>;
}

export interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
  /** What happens to the connection instead of, or around, an answer. */
  fault?: Fault;
}

export interface AnswersDeps {
  house: House;
  faults: Faults;
  /** Secret keys that are accepted; null: any that looks like a test key. */
  keys: readonly string[] | null;
  /** Requests per second and account; 0: no limit. */
  limit(): number;
  /** ms every call takes. */
  latency(): number;
  sleep(ms: number): Promise<void>;
}

const KEY = /^(sk|rk)_test_[A-Za-z0-9_]{3,}$/;

function same(a: string, b: string): boolean {
  const [x, y] = [a, b].map((s) => createHash('sha256').update(s).digest()) as [Buffer, Buffer];
  return timingSafeEqual(x, y);
}

function keyOf({ headers }: Asked): string {
  const [scheme, value = ''] = (headers.authorization ?? '').split(' ');
  if (scheme === 'Basic') return Buffer.from(value, 'base64').toString().split(':', 1)[0] ?? '';
  return scheme === 'Bearer' ? value : '';
}

function unauthorised(key: string): Refusal {
  const shown =
    key === '' ? 'You did not provide an API key.' : `Invalid API Key provided: ${key.slice(0, 8)}***`;
  return new Refusal(401, { type: 'invalid_request_error', message: shown }, false);
}

const IDEMPOTENCY_KEY_MAX = 255;

export function createAnswers(deps: AnswersDeps) {
  const { house, faults } = deps;
  const { books } = house;
  const windows = new Map<string, { second: number; used: number }>();

  function accountFor(asked: Asked): Account {
    const key = keyOf(asked);
    const known = deps.keys === null ? KEY.test(key) : deps.keys.some((k) => same(k, key));
    if (!known) throw unauthorised(key);
    return books.accountOf(key);
  }

  function checkVersion({ headers }: Asked): void {
    const version = headers['stripe-version'];
    if (version !== undefined && version !== API_VERSION)
      throw new Refusal(
        400,
        {
          type: 'invalid_request_error',
          message: `Invalid Stripe API version: ${version}. This fake speaks ${API_VERSION}.`,
        },
        false,
      );
  }

  function checkRate(account: Account): void {
    const limit = deps.limit();
    if (limit === 0) return;
    const second = Math.floor(house.now() / 1000);
    const window = windows.get(account.id);
    const used = window?.second === second ? window.used + 1 : 1;
    windows.set(account.id, { second, used });
    if (used > limit) throw tooMany();
  }

  const reply = (
    status: number,
    body: string,
    requestId: string,
    more: Record<string, string> = {},
  ): Answer => ({
    status,
    body,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': API_VERSION,
      'stripe-should-retry': status === 409 || status === 429 ? 'true' : 'false',
      ...more,
    },
  });
  const refused = (refusal: Refusal, requestId: string, more?: Record<string, string>): Answer =>
    reply(refusal.status, JSON.stringify({ error: refusal.body satisfies ErrorBody }), requestId, more);

  /** The effect, and the fault it meets: an error in its place, or after it. */
  async function perform(operation: Operation, call: Call): Promise<{ answer: Answer; remembered: boolean }> {
    const requestId = call.requestId as string;
    const fault = faults.meet(operation.name, call.account.id);
    const latency = deps.latency() + (fault?.answer === 'slow' ? (fault.ms ?? 0) : 0);
    if (latency > 0) await deps.sleep(latency);
    const status = typeof fault?.answer === 'number' ? fault.answer : null;
    const failing = status === null ? null : status === 429 ? tooMany() : apiError(status);
    if (fault?.when === 'before' && failing)
      return { answer: refused(failing, requestId), remembered: failing.remembered && fault.remember };
    if (fault && fault.when === 'before' && fault.answer !== 'slow')
      return { answer: { ...reply(0, '', requestId), fault }, remembered: false };
    let answer: Answer;
    let remembered = true;
    try {
      answer = reply(200, JSON.stringify(runOperation(operation, call)), requestId);
    } catch (err) {
      if (!(err instanceof Refusal)) throw err;
      answer = refused(err, requestId);
      remembered = err.remembered;
    }
    if (failing) return { answer: refused(failing, requestId), remembered: fault!.remember };
    return { answer: fault ? { ...answer, fault } : answer, remembered };
  }

  async function once(operation: Operation, call: Call, asked: Asked): Promise<Answer> {
    const { account, idempotencyKey: key, requestId } = call;
    if (key === null || asked.method !== 'POST') return (await perform(operation, call)).answer;
    const fingerprint = createHash('sha256').update(`${asked.path}\n${asked.body}`).digest('hex');
    const first = account.remembered.get(key);
    const echo = { 'idempotency-key': key };
    if (first?.running)
      throw new Refusal(
        409,
        {
          type: 'idempotency_error',
          code: 'idempotency_key_in_use',
          message: `There is currently another in-progress request using this Idempotent Key: ${key}.`,
        },
        false,
      );
    if (first && first.fingerprint !== fingerprint)
      throw new Refusal(
        400,
        {
          type: 'idempotency_error',
          message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
        },
        false,
      );
    if (first)
      return reply(first.status, first.body, requestId as string, {
        ...echo,
        'idempotent-replayed': 'true',
        'original-request': first.requestId,
      });
    // Not in the journal: a request that was running when the fake ended has not begun.
    const started = { fingerprint, requestId: requestId as string, status: 0, body: '', running: true };
    account.remembered.set(key, started);
    try {
      const { answer, remembered } = await perform(operation, call);
      if (remembered)
        books.remember(account, key, {
          ...started,
          status: answer.status,
          body: answer.body,
          running: false,
        });
      return { ...answer, headers: { ...answer.headers, ...echo } };
    } finally {
      if (account.remembered.get(key) === started) account.remembered.delete(key);
    }
  }

  return async function answer(asked: Asked): Promise<Answer> {
    const requestId = newId('req');
    try {
      const account = accountFor(asked);
      checkVersion(asked);
      checkRate(account);
      const key = asked.headers['idempotency-key'] ?? null;
      if (key !== null && key.length > IDEMPOTENCY_KEY_MAX)
        throw new Refusal(
          400,
          { type: 'idempotency_error', message: 'Idempotency keys have up to 255 characters.' },
          false,
        );
      const { operation, ids } = findOperation(asked.method, asked.path);
      const [params, query] = [decodeForm(asked.body), decodeForm(asked.query)];
      return await once(
        operation,
        { house, account, params, query, ids, requestId, idempotencyKey: key },
        asked,
      );
    } catch (err) {
      if (err instanceof Refusal) return refused(err, requestId);
      throw err;
    }
  };
}
