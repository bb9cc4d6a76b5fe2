/** What every operation works with: the books, the clock, the account and the request it is done for. */
import { type Account, type Books, type Hidden, newId } from './books.ts';
import { list, type Params, record, text } from './form.ts';
import { badParameter, missing, noSuch } from './refusal.ts';
import type { Metadata, StripeEvent, Thing } from './things.ts';

/** The version this fake speaks: the one the official SDK of package.json is pinned to (rule P81). */
export const API_VERSION = '2026-10-28.endive';

export interface House {
  books: Books;
  /** ms since 1970; a control may advance it. */
  now(): number;
  /** Where its own pages are: `http://127.0.0.1:12111`. */
  baseUrl(): string;
  /** Hands an event to whoever listens to this account. */
  announce(account: Account, event: StripeEvent): void;
}

/** One request on its way through an operation. */
export interface Call {
  house: House;
  account: Account;
  params: Params;
  query: Params;
  /** Ids in the path, in order. */
  ids: readonly string[];
  requestId: string | null;
  idempotencyKey: string | null;
}

export const seconds = (house: House): number => Math.floor(house.now() / 1000);

export function made<K extends string>(
  house: House,
  object: K,
  prefix: string,
): { id: string; object: K; created: number; livemode: boolean } {
  return { id: newId(prefix), object, created: seconds(house), livemode: false };
}

/** Writes an object down and tells what happened to it. */
export function store<T extends Thing>(call: Call, thing: T, happened?: string, hidden?: Hidden): T {
  call.house.books.put(call.account, thing, hidden);
  if (happened) tell(call, happened, thing);
  return thing;
}

export function tell(call: Call, type: string, object: object): void {
  const event: StripeEvent = {
    ...made(call.house, 'event', 'evt'),
    type,
    api_version: API_VERSION,
    pending_webhooks: 1,
    request: { id: call.requestId, idempotency_key: call.idempotencyKey },
    data: { object: structuredClone(object) },
  };
  call.house.books.put(call.account, event);
  call.house.announce(call.account, event);
}

/** @throws Refusal 404, or 400 naming `param` where the id was a parameter */
export function need<T extends Thing>(call: Call, object: T['object'], id: string, param?: string): T {
  const found = call.house.books.find<T>(call.account, object, id);
  if (!found) throw noSuch(object, id, param, param === undefined ? 404 : 400);
  return found;
}

export const hiddenOf = (call: Call, id: string): Hidden => call.account.hidden.get(id) ?? {};

const WHOLE = /^\d{1,12}$/;

export function integer(params: Params, name: string): number | undefined {
  const value = text(params[name]);
  if (value === undefined) return undefined;
  if (!WHOLE.test(value)) throw badParameter(name, `Invalid integer: ${value}`, 'parameter_invalid_integer');
  return Number(value);
}

export function flag(params: Params, name: string): boolean {
  const value = text(params[name]);
  if (value !== undefined && value !== 'true' && value !== 'false')
    throw badParameter(name, `Invalid boolean: ${value}`);
  return value === 'true';
}

export function needText(params: Params, name: string): string {
  const value = text(params[name]);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

export function metadataOf(params: Params, before: Metadata = {}): Metadata {
  const after = { ...before };
  for (const [name, value] of Object.entries(record(params.metadata))) {
    if (typeof value !== 'string' || name.length > 40 || value.length > 500)
      throw badParameter(
        `metadata[${name}]`,
        'Metadata has keys of up to 40 and values of up to 500 characters.',
      );
    if (value === '') delete after[name];
    else after[name] = value;
  }
  return after;
}

/** Where an id in a field leads, by its prefix. */
const KINDS: Readonly<Record<string, string>> = {
  pi: 'payment_intent',
  ch: 'charge',
  pm: 'payment_method',
  cus: 'customer',
  re: 'refund',
  dp: 'dispute',
  seti: 'setup_intent',
};

/** Puts objects in the place of their ids, as `expand[]` asks (`latest_charge`, `data.latest_charge`). */
export function expand(call: Call, answer: object): object {
  const out = structuredClone(answer) as Record<string, unknown>;
  for (const path of [...list(call.params.expand), ...list(call.query.expand)])
    follow(call, out, path.split('.'));
  return out;
}

function follow(call: Call, at: Record<string, unknown>, path: readonly string[]): void {
  const [name = '', ...rest] = path;
  const value = at[name];
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object') follow(call, item as Record<string, unknown>, rest);
    return;
  }
  if (typeof value === 'string') {
    const kind = KINDS[value.slice(0, value.indexOf('_'))];
    const found = kind && call.house.books.find(call.account, kind, value);
    if (!found) throw badParameter('expand', `This property cannot be expanded (${name}).`);
    at[name] = found;
  } else if (value === undefined) throw badParameter('expand', `This property cannot be expanded (${name}).`);
  const inner = at[name];
  if (rest.length > 0 && typeof inner === 'object' && inner !== null)
    follow(call, inner as Record<string, unknown>, rest);
}
