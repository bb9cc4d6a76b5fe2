/**
 * The installation's own Stripe account (rule P71). Test keys and real money never meet: production takes live keys (or test
 * keys, said aloud, for a rehearsal), everything else takes test keys only. No problem named here repeats a key.
 */
import type { Weakness } from './secrets.ts';

export interface StripeSettings {
  /** Undefined: this installation has no account of its own; vendors may have theirs. */
  stripe: { secretKey: string; publishableKey: string } | undefined;
  /** Where Stripe's API is, for a fake Stripe; undefined: at Stripe. */
  stripeApiBase: string | undefined;
}

const SECRET = /^(sk|rk)_(test|live)_[A-Za-z0-9_]{3,}$/;
const PUBLISHABLE = /^pk_(test|live)_[A-Za-z0-9_]{3,}$/;

function baseProblem(base: string | undefined, production: boolean): Weakness | null {
  if (base === undefined) return null;
  if (production)
    return {
      problem: 'STRIPE_API_BASE is set in production.',
      remedy: 'Remove it: money goes to Stripe itself. It is for development against the fake Stripe.',
    };
  const url = URL.canParse(base) ? new URL(base) : null;
  const plain = url && (url.protocol === 'http:' || url.protocol === 'https:') && url.pathname === '/';
  return plain && url.username === '' && url.search === ''
    ? null
    : {
        problem: 'STRIPE_API_BASE is not the address of a server.',
        remedy: 'Use what npm run fake-stripe prints, such as http://127.0.0.1:12111.',
      };
}

function keyProblem(
  secret: string,
  publishable: string,
  production: boolean,
  testMode: boolean,
): Weakness | null {
  const keys =
    'Both stand in Stripe’s dashboard under Developers, API keys: sk_test_… and pk_test_… (live in production).';
  if (secret === '' || publishable === '')
    return { problem: 'Of STRIPE_SECRET_KEY and STRIPE_PUBLISHABLE_KEY only one is set.', remedy: keys };
  const [, , mode] = SECRET.exec(secret) ?? [];
  if (!mode) return { problem: 'STRIPE_SECRET_KEY is no secret key of Stripe’s.', remedy: keys };
  const [, shown] = PUBLISHABLE.exec(publishable) ?? [];
  if (!shown) return { problem: 'STRIPE_PUBLISHABLE_KEY is no publishable key of Stripe’s.', remedy: keys };
  if (mode !== shown)
    return { problem: 'One of Stripe’s keys is for tests and the other for real money.', remedy: keys };
  if (mode === 'live' && !production)
    return {
      problem: 'Stripe’s live keys are set outside production.',
      remedy:
        'Use test keys here: where test cards buy tickets, nobody’s real card may. Live keys need NODE_ENV=production.',
    };
  if (mode === 'test' && production && !testMode)
    return {
      problem: 'Stripe’s test keys are set in production: tickets would be sold for no money.',
      remedy: 'Use live keys; or, for a rehearsal, set STRIPE_TEST_MODE=on.',
    };
  return null;
}

type Given = Partial<Record<'secretKey' | 'publishableKey' | 'apiBase' | 'testMode', string | undefined>>;

/** The settings, or what is wrong with them. */
export function stripeSettings(given: Given, production: boolean): StripeSettings | Weakness {
  const stripeApiBase = given.apiBase || undefined;
  const wrongBase = baseProblem(stripeApiBase, production);
  if (wrongBase) return wrongBase;
  const { secretKey = '', publishableKey = '' } = given;
  if (secretKey === '' && publishableKey === '') return { stripe: undefined, stripeApiBase };
  const problem = keyProblem(secretKey, publishableKey, production, given.testMode === 'on');
  return problem ?? { stripe: { secretKey, publishableKey }, stripeApiBase };
}
