/**
 * The till of one sale: the ways to pay it takes, the one chosen, and what was written into it. The drop page and the page of
 * a payment link stand at the same one. Everything is a signal, so that what is drawn follows by itself.
 */
import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { ServiceNote, WayToPay } from '../../server/protocol/money.ts';
import { tillTexts as texts } from '../texts/till.ts';
import type { CardForm, Said, StripeDoor, Token } from './stripe.ts';
import {
  type Choice,
  choicesOf,
  chosenOf,
  isCardNumber,
  type MethodBody,
  meansOf,
  methodBody,
  type SavedCard,
} from './ways.ts';

export interface TillEnv {
  getWays(): Promise<WayToPay[]>;
  /** Cards kept from before; empty for whoever is nobody here. */
  getCards(): Promise<SavedCard[]>;
  /** Points to spend; a till where nobody is logged in has none. */
  getPoints?(): Promise<number>;
  stripe: StripeDoor;
  /** Where a bank's own page sends the fan back to. */
  returnUrl(): string;
  /** Something was written or chosen: what was said about the last try is no longer true. */
  changed(): void;
  /** How the services stand: `payments:stripe`. */
  notes: ReadonlySignal<Readonly<Record<string, ServiceNote>>>;
}

export interface Till {
  /** Null: not known yet. */
  choices: ReadonlySignal<readonly Choice[] | null>;
  chosen: ReadonlySignal<Choice | null>;
  /** The ways could not be asked for. */
  failed: ReadonlySignal<boolean>;
  card: ReadonlySignal<string>;
  keep: ReadonlySignal<boolean>;
  /** Stripe's form: being fetched, there, or out of reach. */
  form: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  /** Why a way cannot be taken just now; null: it can. */
  pauseOf(way: WayToPay): ServiceNote | null;
  pick(key: string): void;
  setCard(card: string): void;
  setKeep(keep: boolean): void;
  load(): void;
  /** Points to spend; null: not known. */
  points: ReadonlySignal<number | null>;
  /** Asks for them, again where they have changed. */
  loadPoints(): void;
  /** Puts Stripe's form into the page; what is returned takes it out again. */
  mount(box: HTMLElement, way: WayToPay, amountCents: number, currency: string): () => void;
  setDue(amountCents: number, currency: string): void;
  /** What is sent as `method`, under which name it is the same again, or why it cannot be sent. */
  method(
    dueCents: number,
  ): Promise<{ ok: true; body: MethodBody; name: string } | { ok: false; text: string }>;
  /** A payment was answered for good: the next press is another one. */
  answered(): void;
  step(publishableKey: string, clientSecret: string): Promise<Said>;
}

/** What costs nothing is settled without a provider, whatever is asked for. */
const FREE: MethodBody = { provider: 'cash_on_arrival' };

export const serviceOf = (way: WayToPay): string => `payments:${way.provider}`;

export function createTill(env: TillEnv): Till {
  const ways = signal<readonly WayToPay[] | null>(null);
  const saved = signal<readonly SavedCard[]>([]);
  const failed = signal(false);
  const picked = signal<string | null>(null);
  const card = signal('');
  const keep = signal(false);
  const points = signal<number | null>(null);
  const choices = computed(() => ways.value && choicesOf(ways.value, saved.value));
  const pauseOf = (way: WayToPay): ServiceNote | null => {
    const note = env.notes.value[serviceOf(way)];
    return note?.state === 'unavailable' ? note : null;
  };
  const chosen = computed(() => chosenOf(choices.value ?? [], picked.value, (way) => pauseOf(way) !== null));
  const frame = stripeFrame(env, keep);
  let asking = false;

  async function load(): Promise<void> {
    if (asking || ways.peek()) return;
    asking = true;
    failed.value = false;
    try {
      // Kept cards are a comfort: without them the form stands there all the same.
      const [found, cards] = await Promise.all([env.getWays(), env.getCards().catch(() => [])]);
      saved.value = cards;
      ways.value = found;
    } catch {
      failed.value = true;
    } finally {
      asking = false;
    }
  }

  async function method(dueCents: number): ReturnType<Till['method']> {
    if (dueCents === 0) return { ok: true, body: FREE, name: 'free' };
    const choice = chosen.peek();
    if (!choice) return { ok: false, text: texts.noWay };
    if (choice.way.provider === 'test' && !isCardNumber(card.peek()))
      return { ok: false, text: texts.needNumber };
    let token: string | null = null;
    if (choice.way.provider === 'stripe' && !choice.saved) {
      const found = await frame.token();
      if (!found.ok) return { ok: false, text: found.text || texts.stripe.failed };
      token = found.token;
    }
    const body = methodBody(choice, {
      card: card.peek(),
      token,
      keep: keep.peek(),
      returnUrl: env.returnUrl(),
    });
    return { ok: true, body, name: meansOf(choice, card.peek()) };
  }

  return {
    choices,
    chosen,
    failed,
    card,
    keep,
    form: frame.state,
    pauseOf,
    pick(key) {
      picked.value = key;
      env.changed();
    },
    setCard(next) {
      card.value = next.replace(/\D/g, '').slice(0, 19);
      env.changed();
    },
    setKeep(next) {
      keep.value = next;
      frame.refresh();
    },
    load: () => void load(),
    points,
    loadPoints() {
      // A comfort: where they cannot be read, one pays without them.
      env.getPoints?.().then(
        (found) => {
          points.value = found;
        },
        () => null,
      );
    },
    mount: frame.mount,
    setDue: frame.setDue,
    method,
    answered: frame.forget,
    step: async (publishableKey, clientSecret) => {
      try {
        return await env.stripe.step(publishableKey, clientSecret);
      } catch {
        // Its script is out of reach: the bank's question waits, and can be asked again.
        return { ok: false, text: texts.stripe.failed };
      }
    },
  };
}

/** Stripe's form while it stands in the page, and the one token it handed over that no answer has used up yet. */
function stripeFrame(env: TillEnv, keep: Signal<boolean>) {
  const state = signal<'loading' | 'ready' | 'failed'>('loading');
  let form: CardForm | null = null;
  let token: string | null = null;
  let due = { amountCents: 0, currency: 'EUR' };
  const forget = (): void => {
    token = null;
  };
  const refresh = (): void => {
    forget();
    form?.update({ ...due, keep: keep.peek() });
  };
  return {
    state,
    forget,
    refresh,
    setDue(amountCents: number, currency: string) {
      if (due.amountCents === amountCents && due.currency === currency) return;
      due = { amountCents, currency };
      refresh();
    },
    mount(box: HTMLElement, way: WayToPay, amountCents: number, currency: string): () => void {
      let here = true;
      let mine: CardForm | null = null;
      due = { amountCents, currency };
      state.value = 'loading';
      env.stripe.open(way.publishableKey ?? '', amountCents, currency).then(
        (opened) => {
          if (!here) return;
          mine = form = opened;
          opened.mount(box, {
            ready: () => {
              state.value = 'ready';
            },
            changed() {
              forget();
              env.changed();
            },
            failed: () => {
              state.value = 'failed';
            },
          });
          refresh();
        },
        () => {
          if (here) state.value = 'failed';
        },
      );
      return () => {
        here = false;
        mine?.close();
        if (form === mine) form = null;
      };
    },
    async token(): Promise<Token> {
      if (token) return { ok: true, token };
      if (!form || state.peek() !== 'ready') return { ok: false, text: '' };
      const found = await form.token(env.returnUrl());
      if (found.ok) token = found.token;
      return found;
    },
  };
}
