import { expect, test } from 'vitest';
import type { PaymentMethodView } from '../../../server/protocol/money.ts';
import { ApiError } from '../../api.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import {
  aboutKind,
  addBody,
  changeBody,
  checkMethod,
  type MethodDraft,
  methodDraft,
  newMethod,
} from './method-draft.ts';

const KEYS = {
  secretKey: ' sk_test_0123456789abcdef ',
  publishableKey: 'pk_test_0123456789abcdef',
  webhookSecret: 'whsec_0123456789abcdef',
};
const draft = (changed: Partial<MethodDraft>): MethodDraft => ({
  ...newMethod(),
  label: ' Card ',
  ...KEYS,
  ...changed,
});
const METHOD: PaymentMethodView = {
  id: 'm',
  provider: 'stripe',
  label: 'Card',
  brands: ['visa'],
  active: true,
  credentialsHint: 'cdef',
  webhookPath: '/webhooks/stripe/m',
  eventIds: [],
  version: 3,
  createdAt: '2026-11-21T20:00:00Z',
};

test('U434: each kind of way becomes its own body', () => {
  expect(addBody(draft({ kind: 'own' }))).toEqual({
    provider: 'stripe',
    label: 'Card',
    credentials: { ...KEYS, secretKey: KEYS.secretKey.trim() },
  });
  expect(addBody(draft({ kind: 'house', anyBrand: false, brands: ['mastercard', 'visa'] }))).toEqual({
    provider: 'stripe',
    label: 'Card',
    brands: ['visa', 'mastercard'],
  });
  expect(addBody(draft({ kind: 'cash', anyBrand: false, brands: ['visa'] }))).toEqual({
    provider: 'cash_on_arrival',
    label: 'Card',
  });
  expect(addBody(draft({ kind: 'test' }))).toEqual({ provider: 'test', label: 'Card' });
});

test('U434: what is wrong is named at its field; keys nobody asked for are not looked at', () => {
  const wrong = {
    label: '',
    anyBrand: false,
    secretKey: 'pk_test_x',
    publishableKey: '',
    webhookSecret: 'no',
  };
  expect(Object.keys(checkMethod(draft({ ...wrong, kind: 'own' })))).toEqual([
    'label',
    'brands',
    'credentials.secretKey',
    'credentials.publishableKey',
    'credentials.webhookSecret',
  ]);
  expect(Object.keys(checkMethod(draft({ ...wrong, kind: 'cash' })))).toEqual(['label']);
  expect(checkMethod(draft({ kind: 'own' }))).toEqual({});
});

test('U435: what is not offered here is about the kind, whichever way the server says so', () => {
  for (const error of [
    new ApiError('NOT_AVAILABLE', 501, 'Not here.', { provider: 'test' }),
    new ApiError('INVALID_REQUEST', 400, 'There is no account here.', { field: 'credentials' }),
  ])
    expect(aboutKind(error)).toMatchObject({ field: 'provider', message: error.message });
  const other = new ApiError('INVALID_REQUEST', 400, 'No.', { field: 'credentials/secretKey' });
  expect(aboutKind(other)).toBe(other);
});

test('U436: a way that is changed begins without keys and sends none, unless they are replaced', () => {
  const kept = methodDraft(METHOD);
  expect([kept.secretKey, kept.publishableKey, kept.webhookSecret]).toEqual(['', '', '']);
  expect(checkMethod(kept)).toEqual({});
  expect(changeBody(kept)).toEqual({ label: 'Card', brands: ['visa'], active: true });
  expect(changeBody({ ...kept, anyBrand: true })).toMatchObject({ brands: null });
  const replaced = { ...kept, ...KEYS, replaceKeys: true };
  expect(changeBody(replaced)).toMatchObject({ credentials: { publishableKey: KEYS.publishableKey } });
  expect(Object.keys(checkMethod({ ...replaced, secretKey: '' }))).toEqual(['credentials.secretKey']);
});

test('U441: removing a way says how many events lose it and what becomes of its payments', () => {
  const { removeText } = vendorMoneyTexts.ways;
  expect(removeText(0)).toMatch(/^No event takes it\. .*cannot be undone/);
  expect(removeText(1)).toMatch(/^1 event will/);
  expect(removeText(3)).toMatch(/^3 events will.*refunds still go back/);
});
