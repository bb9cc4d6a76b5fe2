/** A way to pay while it is being made or changed. Pure. */
import { CARD_BRANDS, type CardBrand, type PaymentMethodView } from '../../../server/protocol/money.ts';
import { ApiError } from '../../api.ts';
import type { FieldErrors } from '../../shell/form.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';

const { ways: texts, missing, tooLong } = vendorMoneyTexts;

/** `own`: card with the vendor's Stripe account; `house`: with the installation's. */
export const KINDS = ['own', 'house', 'cash', 'test'] as const;
export type MethodKind = (typeof KINDS)[number];

export interface MethodDraft {
  kind: MethodKind;
  label: string;
  anyBrand: boolean;
  brands: CardBrand[];
  active: boolean;
  /** Of a way that has keys: whether new ones are given. */
  replaceKeys: boolean;
  secretKey: string;
  publishableKey: string;
  webhookSecret: string;
}

export const METHOD_FIELDS = [
  'provider',
  'label',
  'brands',
  'credentials.secretKey',
  'credentials.publishableKey',
  'credentials.webhookSecret',
] as const;
export type MethodField = (typeof METHOD_FIELDS)[number];

export const newMethod = (): MethodDraft => ({
  kind: 'own',
  label: '',
  anyBrand: true,
  brands: [],
  active: true,
  replaceKeys: true,
  secretKey: '',
  publishableKey: '',
  webhookSecret: '',
});

export const kindOf = (method: Pick<PaymentMethodView, 'provider' | 'credentialsHint'>): MethodKind => {
  if (method.provider === 'stripe') return method.credentialsHint === null ? 'house' : 'own';
  return method.provider === 'test' ? 'test' : 'cash';
};

export const methodDraft = (method: PaymentMethodView): MethodDraft => ({
  ...newMethod(),
  kind: kindOf(method),
  label: method.label,
  anyBrand: method.brands === null,
  brands: method.brands ?? [],
  active: method.active,
  replaceKeys: false,
});

export const takesCards = (draft: Pick<MethodDraft, 'kind'>): boolean => draft.kind !== 'cash';
export const asksKeys = (draft: Pick<MethodDraft, 'kind' | 'replaceKeys'>): boolean =>
  draft.kind === 'own' && draft.replaceKeys;

/** The bounds are the server's (server/payments/methods/bodies.ts). */
const LABEL_MAX = 80;
const SECRET = /^(sk|rk)_(test|live)_[A-Za-z0-9_]{8,}$/;
const PUBLISHABLE = /^pk_(test|live)_[A-Za-z0-9_]{8,}$/;
const WEBHOOK = /^whsec_[A-Za-z0-9+/=_-]{16,}$/;

export function checkMethod(draft: MethodDraft): FieldErrors<MethodField> {
  const errors: FieldErrors<MethodField> = {};
  const label = draft.label.trim();
  if (!label) errors.label = missing;
  else if (label.length > LABEL_MAX) errors.label = tooLong(LABEL_MAX);
  if (takesCards(draft) && !draft.anyBrand && draft.brands.length === 0) errors.brands = texts.brandsMissing;
  if (!asksKeys(draft)) return errors;
  if (!SECRET.test(draft.secretKey.trim())) errors['credentials.secretKey'] = texts.secretWrong;
  if (!PUBLISHABLE.test(draft.publishableKey.trim()))
    errors['credentials.publishableKey'] = texts.publishableWrong;
  if (!WEBHOOK.test(draft.webhookSecret.trim())) errors['credentials.webhookSecret'] = texts.webhookWrong;
  return errors;
}

/** In the order in which cards are always named. */
const brandsOf = (draft: MethodDraft): CardBrand[] | null =>
  takesCards(draft) && !draft.anyBrand ? CARD_BRANDS.filter((brand) => draft.brands.includes(brand)) : null;

const keysOf = (draft: MethodDraft) =>
  asksKeys(draft)
    ? {
        credentials: {
          secretKey: draft.secretKey.trim(),
          publishableKey: draft.publishableKey.trim(),
          webhookSecret: draft.webhookSecret.trim(),
        },
      }
    : {};

const PROVIDERS = { own: 'stripe', house: 'stripe', cash: 'cash_on_arrival', test: 'test' } as const;

/** The body of `POST /events/{id}/payment-methods`, of a draft that passed `checkMethod`. */
export function addBody(draft: MethodDraft) {
  const brands = brandsOf(draft);
  return {
    provider: PROVIDERS[draft.kind],
    label: draft.label.trim(),
    ...(brands ? { brands } : {}),
    ...keysOf(draft),
  };
}

/** The body of `PUT /vendors/payment-methods/{id}`. */
export const changeBody = (draft: MethodDraft) => ({
  label: draft.label.trim(),
  brands: brandsOf(draft),
  active: draft.active,
  ...keysOf(draft),
});

/** What is not offered here is refused without a field, or with that of keys nobody asked for: it is about the kind. */
export function aboutKind(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.code !== 'NOT_AVAILABLE' && error.field !== 'credentials') return error;
  return new ApiError(error.code, error.status, error.message, { ...error.details, field: 'provider' });
}
