import { expect, test } from 'vitest';
import { type Entry, findPage, mayEnter, type Need, PAGES } from './pages.ts';

type Status = 'unknown' | 'anonymous' | 'known' | 'unreachable';
type Who = [Status, string | null];

test('U207: who may enter which page is decided for every kind of page and every state of the session', () => {
  const table: Record<Need, [Who, Entry][]> = {
    none: [
      [['unknown', null], 'open'],
      [['anonymous', null], 'open'],
      [['unreachable', 'user'], 'open'],
    ],
    account: [
      [['unknown', null], 'wait'],
      [['anonymous', null], 'log-in'],
      [['known', 'user'], 'open'],
      [['known', 'vendor'], 'open'],
      [['unreachable', 'user'], 'unreachable'],
    ],
    vendor: [
      [['known', 'user'], 'forbidden'],
      [['known', 'vendor'], 'open'],
      [['known', 'operator'], 'open'],
    ],
    operator: [
      [['known', 'user'], 'forbidden'],
      [['known', 'vendor'], 'forbidden'],
      [['known', 'operator'], 'open'],
    ],
  };
  for (const [need, cases] of Object.entries(table) as [Need, [Who, Entry][]][])
    for (const [[status, role], entry] of cases)
      expect([need, status, role, mayEnter({ need }, { status, user: role ? { role } : null })]).toEqual([
        need,
        status,
        role,
        entry,
      ]);
});

test('U207: whoever works in a vendor’s team sees the vendor’s pages, and no operator’s', () => {
  const known = { status: 'known', user: { role: 'user' } } as const;
  expect((['account', 'vendor', 'operator'] as const).map((need) => mayEnter({ need }, known, true))).toEqual(
    ['open', 'open', 'forbidden'],
  );
});

test('U207: the page of tickets opens while the server cannot be asked who is there', () => {
  const page = findPage('/my/tickets')?.page;
  expect(page && mayEnter(page, { status: 'unreachable', user: { role: 'user' } })).toBe('open');
});

test('U208: each address leads to one page, and an unknown one to none', () => {
  const addresses = ['/', '/e/1', '/d/1', '/d/1/draw', '/login', '/register', '/my/tickets', '/my/orders'];
  addresses.push('/profile', '/verify-email', '/forgot-password', '/reset-password');
  addresses.push('/vendor', '/vendor/new', '/vendor/e/1', '/operator');
  addresses.push('/my/points', '/my/cards', '/p/1', '/mailbox', '/mailbox/1');
  addresses.push('/vendor/e/1/money', '/vendor/payment-methods', '/operator/money');
  addresses.push('/oauth/consent', '/oauth/problem', '/vendor/apps');
  addresses.push('/my/pictures', '/operator/pictures');
  addresses.push('/join-team', '/vendor/team', '/no-suggestions');
  const found = addresses.map((address) => findPage(address)?.page.pattern);
  expect(new Set(found).size).toBe(PAGES.length);
  expect(found).not.toContain(undefined);
  expect(findPage('/nowhere')).toBeNull();
  expect(findPage('/e')).toBeNull();
});
