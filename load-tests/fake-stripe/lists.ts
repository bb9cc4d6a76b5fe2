/** Lists, newest first, as Stripe pages them (`limit`, `starting_after`, `ending_before`, `created[gte]` …), and search. */
import { list, type Params, record, text } from './form.ts';
import { type Call, integer } from './house.ts';
import { methodsOf } from './payment-methods.ts';
import { badParameter, missing, noSuch } from './refusal.ts';
import type { Charge, Dispute, Intent, Refund, StripeEvent, Thing } from './things.ts';

const PAGE = 10;
const PAGE_MAX = 100;

function within(query: Params): (thing: Thing) => boolean {
  const { created } = query;
  if (typeof created === 'string') return (thing) => thing.created === integer(query, 'created');
  const bounds = record(created);
  const at = (name: string, fallback: number) => integer(bounds, name) ?? fallback;
  const [gte, gt, lte, lt] = [at('gte', 0), at('gt', -1), at('lte', Infinity), at('lt', Infinity)];
  return ({ created: c }) => c >= gte && c > gt && c <= lte && c < lt;
}

const position = (things: readonly Thing[], id: string, param: string): number => {
  const at = things.findIndex((thing) => thing.id === id);
  if (at < 0) throw noSuch('object', id, param, 400);
  return at;
};

function page(call: Call, oldestFirst: readonly Thing[], url: string): object {
  const limit = integer(call.query, 'limit') ?? PAGE;
  if (limit < 1 || limit > PAGE_MAX) throw badParameter('limit', `limit is from 1 to ${PAGE_MAX}.`);
  const [after, before] = [text(call.query.starting_after), text(call.query.ending_before)];
  const fits = within(call.query);
  const newestFirst = oldestFirst.filter(fits).reverse();
  if (before !== undefined) {
    const until = position(newestFirst, before, 'ending_before');
    const from = Math.max(0, until - limit);
    return { object: 'list', url, data: newestFirst.slice(from, until), has_more: from > 0 };
  }
  const from = after === undefined ? 0 : position(newestFirst, after, 'starting_after') + 1;
  return {
    object: 'list',
    url,
    data: newestFirst.slice(from, from + limit),
    has_more: newestFirst.length > from + limit,
  };
}

/** Keeps what every named field of the query agrees with. */
function where<T extends Thing>(call: Call, object: T['object'], fields: readonly (keyof T & string)[]): T[] {
  const wanted = fields.flatMap((field) => {
    const value = text(call.query[field]);
    return value === undefined ? [] : [[field, value] as const];
  });
  return call.house.books
    .all<T>(call.account, object)
    .filter((thing) => wanted.every(([field, value]) => thing[field] === value));
}

export const listIntents = (call: Call): object =>
  page(call, where<Intent>(call, 'payment_intent', ['customer']), '/v1/payment_intents');
export const listCharges = (call: Call): object =>
  page(call, where<Charge>(call, 'charge', ['customer', 'payment_intent']), '/v1/charges');
export const listRefunds = (call: Call): object =>
  page(call, where<Refund>(call, 'refund', ['charge', 'payment_intent']), '/v1/refunds');
export const listDisputes = (call: Call): object =>
  page(call, where<Dispute>(call, 'dispute', ['charge', 'payment_intent']), '/v1/disputes');
export const listMethods = (call: Call): object => page(call, methodsOf(call), '/v1/payment_methods');

export function listEvents(call: Call): object {
  const types = [
    ...list(call.query.types),
    ...(text(call.query.type) ? [text(call.query.type) as string] : []),
  ];
  const fits = (event: StripeEvent) => types.length === 0 || types.includes(event.type);
  return page(call, call.account.events.filter(fits), '/v1/events');
}

const BY_METADATA = /^metadata\[['"]([^'"]+)['"]\]\s*:\s*['"]([^'"]*)['"]$/;

/** Search by one metadata field, the only kind this project asks for. */
export function searchIntents(call: Call): object {
  const query = text(call.query.query);
  if (query === undefined) throw missing('query');
  const [, name, value] = BY_METADATA.exec(query.trim()) ?? [];
  if (name === undefined) throw badParameter('query', 'This fake searches by one metadata field only.');
  const data = call.house.books
    .all<Intent>(call.account, 'payment_intent')
    .filter((intent) => intent.metadata[name] === value)
    .reverse()
    .slice(0, integer(call.query, 'limit') ?? PAGE);
  return {
    object: 'search_result',
    url: '/v1/payment_intents/search',
    data,
    has_more: false,
    next_page: null,
  };
}

/** Whose the secret key is. */
export const ownAccount = (call: Call): object => ({
  id: call.account.id,
  object: 'account',
  business_type: 'company',
  charges_enabled: true,
  country: 'DE',
  default_currency: 'eur',
  details_submitted: true,
  email: null,
  metadata: {},
  payouts_enabled: true,
  type: 'standard',
});

/** What this account has, by currency: taken, less what was given back or is disputed. */
export function balance(call: Call): object {
  const sums = new Map<string, number>();
  const add = (currency: string, amount: number) => sums.set(currency, (sums.get(currency) ?? 0) + amount);
  for (const c of call.house.books.all<Charge>(call.account, 'charge'))
    if (c.captured) add(c.currency, c.amount_captured - c.amount_refunded);
  for (const d of call.house.books.all<Dispute>(call.account, 'dispute'))
    if (d.status !== 'won') add(d.currency, -d.amount);
  const available = [...(sums.size > 0 ? sums : new Map([['eur', 0]]))].map(([currency, amount]) => ({
    amount,
    currency,
    source_types: { card: amount },
  }));
  return { object: 'balance', available, pending: [], livemode: false };
}
