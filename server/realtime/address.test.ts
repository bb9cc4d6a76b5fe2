import { expect, test } from 'vitest';
import { blockList } from '../config.ts';
import { clientAddress, isListed, plainAddress } from './address.ts';
import { fullBucket, take, waitMs } from './bucket.ts';

test.each([
  ['0000:0000:0000:0000:0000:ffff:7f00:0001', '127.0.0.1'],
  ['0000:0000:0000:0000:0000:ffff:c0a8:01fe', '192.168.1.254'],
  ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
  ['2001:0db8:0000:0000:0000:0000:0000:00ff', '2001:db8::ff'],
  ['::ffff:10.1.2.3', '10.1.2.3'],
  ['10.1.2.3', '10.1.2.3'],
  ['', ''],
])('R8: %s is %s', (text, plain) => {
  expect(plainAddress(text)).toBe(plain);
});

test('R9: X-Forwarded-For is believed from the right, for as long as the speaker is a trusted proxy', () => {
  const proxies = blockList('test', ['10.0.0.0/8']);
  expect(clientAddress('203.0.113.7', '1.2.3.4', proxies)).toBe('203.0.113.7');
  expect(clientAddress('10.0.0.1', '1.2.3.4, 203.0.113.7', proxies)).toBe('203.0.113.7');
  expect(clientAddress('10.0.0.1', '1.2.3.4, 203.0.113.7, 10.0.0.2', proxies)).toBe('203.0.113.7');
  expect(clientAddress('10.0.0.1', undefined, proxies)).toBe('10.0.0.1');
  expect(clientAddress('10.0.0.1', '203.0.113.7, nonsense', proxies)).toBe('10.0.0.1');
});

test('R9: exempt networks are matched for both families', () => {
  const exempt = blockList('test', ['127.0.0.0/8', '2001:db8::/32']);
  expect(isListed(exempt, '127.0.0.1')).toBe(true);
  expect(isListed(exempt, '2001:db8::1')).toBe(true);
  expect(isListed(exempt, '128.0.0.1')).toBe(false);
  expect(isListed(exempt, 'unknown')).toBe(false);
});

test('R12: a bucket gives its burst at once, then its rate, and says how long to wait', () => {
  const bucket = fullBucket(3, 0);
  expect([0, 0, 0, 0].map((now) => take(bucket, 10, 3, now))).toEqual([true, true, true, false]);
  expect(waitMs(bucket, 10)).toBe(100);
  expect(take(bucket, 10, 3, 99)).toBe(false);
  expect(take(bucket, 10, 3, 100)).toBe(true);
  expect([60_000, 60_000, 60_000, 60_000].map((now) => take(bucket, 10, 3, now))).toEqual([
    true,
    true,
    true,
    false,
  ]);
});
