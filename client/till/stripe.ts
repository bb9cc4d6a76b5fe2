/**
 * Stripe's own form for cards, loaded from js.stripe.com only when somebody chooses to pay by it. The card never touches this
 * program: the form hands over a confirmation token, and the server pays with that. What it cannot do it says as a value.
 */

/** The parts of Stripe.js that are used here (docs.stripe.com/js). */
interface StripeError {
  message?: string;
}
interface StripeElement {
  mount(box: HTMLElement): void;
  on(event: 'ready' | 'change' | 'loaderror', listener: () => void): void;
  destroy(): void;
}
interface StripeElements {
  create(type: 'payment', options?: object): StripeElement;
  update(options: object): void;
  submit(): Promise<{ error?: StripeError }>;
}
interface StripeJs {
  elements(options: object): StripeElements;
  createConfirmationToken(given: {
    elements: StripeElements;
    params?: object;
  }): Promise<{ error?: StripeError; confirmationToken?: { id: string } }>;
  handleNextAction(given: { clientSecret: string }): Promise<{ error?: StripeError }>;
}
type StripeFactory = (publishableKey: string) => StripeJs;

const ADDRESS = 'https://js.stripe.com/v3/';
/** A blocked address may neither load nor fail. */
const PATIENCE_MS = 15_000;

export type Said = { ok: true } | { ok: false; text: string };
export type Token = { ok: true; token: string } | { ok: false; text: string };

export interface CardForm {
  mount(box: HTMLElement, on: { ready(): void; changed(): void; failed(): void }): void;
  /** What is to be paid, and whether the card is kept, as the page shows them now. */
  update(given: { amountCents: number; currency: string; keep: boolean }): void;
  token(returnUrl: string): Promise<Token>;
  close(): void;
}

export interface StripeDoor {
  /** @throws Error when Stripe's script cannot be loaded */
  open(publishableKey: string, amountCents: number, currency: string): Promise<CardForm>;
  /** The step a bank asks for. @throws Error when Stripe's script cannot be loaded */
  step(publishableKey: string, clientSecret: string): Promise<Said>;
}

let script: Promise<StripeFactory> | null = null;

function loadScript(): Promise<StripeFactory> {
  script ??= new Promise<StripeFactory>((resolve, reject) => {
    const tag = document.createElement('script');
    const fail = (): void => {
      clearTimeout(patience);
      tag.remove();
      // The next press tries again: the network may be back by then.
      script = null;
      reject(new Error(`${ADDRESS} could not be loaded`));
    };
    const patience = setTimeout(fail, PATIENCE_MS);
    tag.src = ADDRESS;
    tag.async = true;
    tag.onerror = fail;
    tag.onload = () => {
      const factory = Reflect.get(window, 'Stripe') as StripeFactory | undefined;
      if (!factory) return fail();
      clearTimeout(patience);
      resolve(factory);
    };
    document.head.append(tag);
  });
  return script;
}

/** One object per account: Stripe asks for that. */
const accounts = new Map<string, StripeJs>();

async function account(publishableKey: string): Promise<StripeJs> {
  const factory = await loadScript();
  const known = accounts.get(publishableKey) ?? factory(publishableKey);
  accounts.set(publishableKey, known);
  return known;
}

/** Its frame cannot read our sheet: it gets the nearest of its own themes, our shape and our letters. */
function appearance(): object {
  const chosen = document.documentElement.dataset.theme;
  const dark = chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  return {
    theme: dark ? 'night' : 'stripe',
    variables: { borderRadius: '12px', fontFamily: 'system-ui, sans-serif', spacingUnit: '4px' },
  };
}

const saidOf = (error: StripeError | undefined): Said =>
  error ? { ok: false, text: error.message ?? '' } : { ok: true };

const dueOf = (amountCents: number, currency: string) => ({
  amount: amountCents,
  currency: currency.toLowerCase(),
});

export const stripeDoor: StripeDoor = {
  async open(publishableKey, amountCents, currency) {
    const stripe = await account(publishableKey);
    const elements = stripe.elements({
      mode: 'payment',
      ...dueOf(amountCents, currency),
      captureMethod: 'manual',
      paymentMethodTypes: ['card'],
      appearance: appearance(),
    });
    let element: StripeElement | null = null;
    return {
      mount(box, on) {
        element = elements.create('payment', { wallets: { applePay: 'never', googlePay: 'never' } });
        element.on('ready', on.ready);
        element.on('change', on.changed);
        element.on('loaderror', on.failed);
        element.mount(box);
      },
      update: (given) =>
        elements.update({
          ...dueOf(given.amountCents, given.currency),
          setupFutureUsage: given.keep ? 'off_session' : null,
        }),
      async token(returnUrl) {
        const checked = saidOf((await elements.submit()).error);
        if (!checked.ok) return checked;
        const { error, confirmationToken } = await stripe.createConfirmationToken({
          elements,
          params: { return_url: returnUrl },
        });
        return confirmationToken
          ? { ok: true, token: confirmationToken.id }
          : { ok: false, text: error?.message ?? '' };
      },
      close() {
        element?.destroy();
        element = null;
      },
    };
  },
  async step(publishableKey, clientSecret) {
    const stripe = await account(publishableKey);
    return saidOf((await stripe.handleNextAction({ clientSecret })).error);
  },
};
