/**
 * What a test, a chaos run or a developer does to this Stripe, under `/_control` (README lists it). Bodies are JSON; an
 * account is named by `account`, its secret key (default `sk_test_fake`). Only this machine may ask.
 */
import { type Account, accountId } from './books.ts';
import { decideDispute, openDispute } from './disputes.ts';
import type { Fault, Faults } from './faults.ts';
import { type Call, type House, hiddenOf, need } from './house.ts';
import { expireAuthorisations, takeStep } from './intents.ts';
import { settle } from './refunds.ts';
import type { Charge, Customer, Dispute, Intent, PaymentMethod, Refund, StripeEvent } from './things.ts';
import type { Mischief, Webhooks } from './webhooks.ts';

export const DEFAULT_KEY = 'sk_test_fake';

export interface Settings {
  latencyMs: number;
  /** Requests per second and account; 0: no limit. */
  rateLimit: number;
}

export interface ControlDeps {
  house: House;
  faults: Faults;
  webhooks: Webhooks;
  settings: Settings;
  advance(ms: number): void;
  /** Calls that were answered, by name, since the start or the last reset. */
  calls: Map<string, number>;
}

/** What the books hold of one account, for whoever compares them with a ledger. */
export interface Dump {
  account: string;
  intents: Intent[];
  charges: Charge[];
  refunds: Refund[];
  disputes: Dispute[];
  customers: Customer[];
  methods: PaymentMethod[];
  events: StripeEvent[];
}

type Body = Record<string, unknown>;

export function createControl({ house, faults, webhooks, settings, advance, calls }: ControlDeps) {
  const { books } = house;
  const accountIn = (body: Body): Account =>
    books.accountOf(typeof body.account === 'string' ? body.account : DEFAULT_KEY);

  function callFor(account: Account, id: string): Call {
    return { house, account, params: {}, query: {}, ids: [id], requestId: null, idempotencyKey: null };
  }
  /** The account that has this object: ids are unique over all of them. */
  function ownerOf(object: string, id: string): Account {
    for (const account of books.accounts()) if (books.find(account, object, id)) return account;
    throw new TypeError(`no ${object} ${id}`);
  }
  const owned = (object: string, id: string): Call => callFor(ownerOf(object, id), id);

  function dump(account: Account): Dump {
    return {
      account: account.id,
      intents: books.all(account, 'payment_intent'),
      charges: books.all(account, 'charge'),
      refunds: books.all(account, 'refund'),
      disputes: books.all(account, 'dispute'),
      customers: books.all(account, 'customer'),
      methods: books.all(account, 'payment_method'),
      events: account.events,
    };
  }

  return {
    fault: (wanted: Partial<Fault>) => faults.add(wanted),
    calm(): void {
      faults.clear();
      settings.latencyMs = 0;
      settings.rateLimit = 0;
    },
    settings: (change: Partial<Settings>) => Object.assign(settings, change),
    step: (intentId: string, approve: boolean) => takeStep(owned('payment_intent', intentId), approve),
    /** `declined`, `expired`, or null: its capture works again. */
    captureFails(intentId: string, how: 'declined' | 'expired' | null): void {
      const call = owned('payment_intent', intentId);
      const intent = need<Intent>(call, 'payment_intent', intentId);
      books.put(call.account, intent, { ...hiddenOf(call, intentId), captureFails: how });
    },
    dispute(of: { charge?: string; intent?: string }, reason = 'fraudulent', amount?: number): Dispute {
      const intent = of.intent
        ? need<Intent>(owned('payment_intent', of.intent), 'payment_intent', of.intent)
        : null;
      const chargeId = of.charge ?? intent?.latest_charge ?? '';
      const call = owned('charge', chargeId);
      return openDispute(call, need<Charge>(call, 'charge', chargeId), reason, amount);
    },
    closeDispute: (id: string, outcome: 'won' | 'lost') => decideDispute(owned('dispute', id), outcome),
    settleRefund(id: string, status: Refund['status'], reason?: string): Refund {
      const call = owned('refund', id);
      return settle(call, need<Refund>(call, 'refund', id), status, reason);
    },
    webhook(body: { account?: string; url: string; events?: string[]; secret?: string }) {
      return webhooks.register(accountIn(body), body.url, body.events, body.secret);
    },
    mischief: (change: Partial<Mischief>) => webhooks.set(change),
    flush: () => webhooks.flush(),
    resend(eventId: string): void {
      const account = ownerOf('event', eventId);
      webhooks.resend(account, need<StripeEvent>(callFor(account, eventId), 'event', eventId));
    },
    /** Moves its clock; what is due by then happens. */
    advance(ms: number): { expired: number } {
      advance(ms);
      webhooks.pump();
      let expired = 0;
      for (const account of books.accounts()) expired += expireAuthorisations(callFor(account, ''));
      return { expired };
    },
    books: (secretKey = DEFAULT_KEY) => dump(books.accountOf(secretKey)),
    calls: () => Object.fromEntries(calls),
    resetCalls: () => calls.clear(),
    counts: () => webhooks.counts(),
    webhooks,
    accountId,
  };
}

export type Control = ReturnType<typeof createControl>;

/** The same over HTTP. @throws TypeError for what it does not understand */
export async function answerControl(
  control: Control,
  method: string,
  path: string,
  body: Body,
): Promise<unknown> {
  const [what = '', id = '', verb = ''] = path.split('/').filter(Boolean);
  const route = `${method} ${what}${id ? '/:id' : ''}${verb ? `/${verb}` : ''}`;
  const account = typeof body.account === 'string' ? body.account : undefined;
  switch (route) {
    case 'POST faults':
      return control.fault(body as Partial<Fault>);
    case 'DELETE faults':
      return control.calm() ?? {};
    case 'POST settings':
      return control.settings(body as Partial<Settings>);
    case 'POST intents/:id/step':
      return control.step(id, body.approve !== false);
    case 'POST intents/:id/capture-fails':
      return control.captureFails(id, (body.how ?? 'declined') as 'declined' | 'expired' | null) ?? {};
    case 'POST disputes':
      return control.dispute(
        body as { charge?: string; intent?: string },
        body.reason as string | undefined,
        body.amount as number | undefined,
      );
    case 'POST disputes/:id/close':
      return control.closeDispute(id, body.outcome === 'won' ? 'won' : 'lost');
    case 'POST refunds/:id':
      return control.settleRefund(id, body.status as Refund['status'], body.reason as string | undefined);
    case 'POST webhooks':
      return control.webhook(body as { url: string });
    case 'POST webhooks/:id/roll':
      return control.webhooks.roll(id);
    case 'DELETE webhooks/:id':
      return control.webhooks.unregister(id) ?? {};
    case 'POST mischief':
      return control.mischief(body as Partial<Mischief>);
    case 'POST flush':
      await control.flush();
      return control.counts();
    case 'POST events/:id/resend':
      return control.resend(id) ?? {};
    case 'POST advance':
      return control.advance(Number(body.ms));
    case 'GET books':
      return control.books(id || account);
    case 'GET books/:id':
      return control.books(id);
    case 'GET counts':
      return { webhooks: control.counts(), calls: control.calls() };
    default:
      throw new TypeError(`no such control: ${method} /_control/${path}`);
  }
}
