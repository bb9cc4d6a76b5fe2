/** What a vendor sends about a way to pay, and what a schema cannot say about it (rules P20, P21). */
import { type Static, Type } from 'typebox';
import { CARD_BRANDS, ok, type Result, refuse, UuidSchema } from '../../protocol/index.ts';
import type { WayProvider } from './method.ts';

const strict = { additionalProperties: false } as const;
/** One line of text that is not blank: no control characters. */
const LINE = '^[^\\u0000-\\u001f\\u007f]*[^\\u0000-\\u0020\\u007f][^\\u0000-\\u001f\\u007f]*$';

const Label = Type.String({ minLength: 1, maxLength: 80, pattern: LINE });
const Brands = Type.Union([
  Type.Array(Type.Enum([...CARD_BRANDS]), { minItems: 1, maxItems: CARD_BRANDS.length, uniqueItems: true }),
  Type.Null(),
]);
/** Stripe's keys, as its dashboard shows them. */
const Credentials = Type.Object(
  {
    secretKey: Type.String({ maxLength: 255, pattern: '^(sk|rk)_(test|live)_[A-Za-z0-9_]{8,}$' }),
    publishableKey: Type.String({ maxLength: 255, pattern: '^pk_(test|live)_[A-Za-z0-9_]{8,}$' }),
    webhookSecret: Type.String({ maxLength: 255, pattern: '^whsec_[A-Za-z0-9+/=_-]{16,}$' }),
  },
  strict,
);
export type GivenCredentials = Static<typeof Credentials>;

// One flat body rather than a union of two: a vendor is then told which field is wrong.
export const AddBody = Type.Object(
  {
    methodId: Type.Optional(UuidSchema),
    provider: Type.Optional(Type.Enum(['test', 'cash_on_arrival', 'stripe'])),
    label: Type.Optional(Label),
    brands: Type.Optional(Brands),
    credentials: Type.Optional(Credentials),
  },
  { ...strict, minProperties: 1 },
);
export type AddBody = Static<typeof AddBody>;

export const ChangeBody = Type.Object(
  {
    label: Type.Optional(Label),
    brands: Type.Optional(Brands),
    active: Type.Optional(Type.Boolean()),
    credentials: Type.Optional(Credentials),
  },
  { ...strict, minProperties: 1 },
);
export type ChangeBody = Static<typeof ChangeBody>;

export interface Rules {
  /** What this installation takes by itself. */
  offers(provider: WayProvider): boolean;
  /** Whether money that is nobody's may buy tickets: never where real money is taken. */
  testCards: boolean;
}

const wrong = (field: string, message: string) => refuse('INVALID_REQUEST', { field }, message);
const isLive = (key: string) => key.split('_')[1] === 'live';

export interface JudgedCredentials extends GivenCredentials {
  livemode: boolean;
  hint: string;
}

export function judgeCredentials(
  given: GivenCredentials | undefined,
  { testCards }: Rules,
): Result<JudgedCredentials | null> {
  if (!given) return ok(null);
  const livemode = isLive(given.secretKey);
  if (livemode !== isLive(given.publishableKey))
    return wrong('credentials.publishableKey', 'One key is for tests, the other for real money.');
  if (!livemode && !testCards)
    return wrong(
      'credentials.secretKey',
      'This is a key for tests: its cards are nobody’s. Use the live keys.',
    );
  return ok({ ...given, livemode, hint: given.secretKey.slice(-4) });
}

export function judgeBrands(provider: WayProvider, brands: AddBody['brands']): Result<void> {
  return brands && provider === 'cash_on_arrival'
    ? wrong('brands', 'Cash has no brands: only cards do.')
    : ok(undefined);
}

export interface NewMethod {
  provider: WayProvider;
  label: string | undefined;
  brands: NonNullable<AddBody['brands']> | null;
  credentials: JudgedCredentials | null;
}

/** A way to pay that is to be made. Refuses INVALID_REQUEST with the field, NOT_AVAILABLE. */
export function judgeNew(body: AddBody, rules: Rules): Result<NewMethod> {
  const { provider, label, brands = null } = body;
  if (!provider) return wrong('provider', 'Say what to pay with, or which of your ways (methodId).');
  const fitting = judgeBrands(provider, brands);
  if (!fitting.ok) return fitting;
  if (body.credentials && provider !== 'stripe')
    return wrong('credentials', 'Only Stripe has credentials of its own.');
  const credentials = judgeCredentials(body.credentials, rules);
  if (!credentials.ok) return credentials;
  if (!credentials.value && !rules.offers(provider))
    return provider === 'stripe'
      ? wrong('credentials', 'There is no Stripe account here to use: give the keys of your own.')
      : refuse('NOT_AVAILABLE', { provider }, 'This way to pay is not available here.');
  return ok({ provider, label: label?.trim(), brands, credentials: credentials.value });
}
