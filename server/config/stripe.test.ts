import { expect, test } from 'vitest';
import { stripeSettings } from './stripe.ts';

const test_ = { secretKey: 'sk_test_abc123', publishableKey: 'pk_test_abc123' };
const live = { secretKey: 'sk_live_abc123', publishableKey: 'pk_live_abc123' };

test.each([
  ['nothing', {}, false, null],
  ['nothing, in production', {}, true, null],
  ['test keys', test_, false, null],
  ['a restricted key', { ...test_, secretKey: 'rk_test_abc123' }, false, null],
  ['a fake Stripe', { ...test_, apiBase: 'http://127.0.0.1:12111' }, false, null],
  ['live keys in production', live, true, null],
  ['test keys in production, said so', { ...test_, testMode: 'on' }, true, null],
  ['test keys in production', test_, true, 'test keys'],
  ['live keys in development', live, false, 'outside production'],
  ['one key only', { secretKey: test_.secretKey }, false, 'only one'],
  ['the other only', { publishableKey: test_.publishableKey }, false, 'only one'],
  ['keys of two modes', { ...test_, publishableKey: live.publishableKey }, false, 'the other'],
  [
    'keys the wrong way round',
    { secretKey: 'pk_test_abc123', publishableKey: 'sk_test_abc123' },
    false,
    'no secret key',
  ],
  ['a publishable key that is none', { ...test_, publishableKey: 'abc123' }, false, 'no publishable key'],
  ['a fake in production', { ...live, apiBase: 'http://127.0.0.1:12111' }, true, 'in production'],
  ['an address that is none', { ...test_, apiBase: 'file:///etc' }, false, 'not the address'],
  ['an address with a password', { ...test_, apiBase: 'http://a:abc123@h' }, false, 'not the address'],
] as const)('P71: %s', (_what, given, production, problem) => {
  const result = stripeSettings(given, production);
  if (problem === null) return expect(result).not.toHaveProperty('problem');
  expect(result).toMatchObject({ problem: expect.stringContaining(problem) });
  expect(JSON.stringify(result)).not.toContain('abc123');
});
