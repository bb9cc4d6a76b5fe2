import { expect, test } from 'vitest';
import { createLog } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { manualClock } from '../stores/testing.ts';
import { createServices, type Part, type ServiceState, watchPart } from './index.ts';

const STATES: ServiceState[] = ['available', 'degraded', 'unavailable'];

function house() {
  const now: Record<'ledger' | 'gate' | 'provider', ServiceState> = {
    ledger: 'available',
    gate: 'available',
    provider: 'available',
  };
  const part = (name: keyof typeof now) => ({ state: () => now[name] });
  const services = createServices({
    browse: { parts: [part('ledger')], softParts: [part('gate')] },
    book: { needs: ['browse'], parts: [part('gate')] },
    pay: { needs: ['book'], parts: [part('provider')] },
  });
  return { now, services };
}

test.each(STATES)('B17: with the ledger %s, everything that needs it is no better', (state) => {
  const { now, services } = house();
  now.ledger = state;
  expect(services.status().services).toEqual({ browse: state, book: state, pay: state });
});

test('B17: what does not need the failed one goes on', () => {
  const { now, services } = house();
  now.provider = 'unavailable';
  expect(services.status().services).toEqual({ browse: 'available', book: 'available', pay: 'unavailable' });
  now.gate = 'unavailable';
  expect(services.status().services).toEqual({ browse: 'degraded', book: 'unavailable', pay: 'unavailable' });
  expect(services.state('book')).toBe('unavailable');
});

test('B18: circles and unknown needs are refused', () => {
  expect(() => createServices({ a: { needs: ['b'] }, b: { needs: ['a'] } })).toThrow('a needs b');
  expect(() => createServices({ a: { needs: ['nothing'] } })).toThrow('nothing');
  expect(() => createServices({ a: { needs: ['a'] } })).toThrow('a needs a');
  expect(() => createServices({ a: { needsOneOf: ['b'] }, b: {} })).toThrow('a needs b');
  expect(() => createServices({ a: { prefers: { b: 'Without.' } }, b: {} })).toThrow('a needs b');
});

test('B19: a store is degraded after a missed look, unavailable after four, available at the first answer', async () => {
  const clock = manualClock();
  const stop = new AbortController();
  let answer: () => Promise<unknown> = async () => 1;
  const part = watchPart(
    { name: 'ledger', clock, log: createLog('silent', 'test'), signal: stop.signal },
    () => answer(),
  );
  await clock.advance(LIMITS.healthEveryMs);
  expect(part.state()).toBe('available');
  answer = () => Promise.reject(new Error('gone'));
  await clock.advance(LIMITS.healthEveryMs);
  expect(part.state()).toBe('degraded');
  // Silence counts like a refusal.
  answer = () => new Promise(() => undefined);
  await clock.advance((LIMITS.healthEveryMs + LIMITS.healthTimeoutMs) * 3);
  expect(part.state()).toBe('unavailable');
  answer = async () => 1;
  await clock.advance(LIMITS.healthEveryMs + LIMITS.healthTimeoutMs);
  expect(part.state()).toBe('available');
  stop.abort();
  await part.loop.done;
});

const AT = Date.parse('2026-11-21T14:00:00.000Z');

/** A breaker as the registry sees it. */
function part(label: string): Part & { set(state: ServiceState): void } {
  let state: ServiceState = 'available';
  return {
    label,
    set: (to) => {
      state = to;
    },
    state: () => state,
    note: () => ({ failing: 'late', since: AT, retryAt: AT + 120_000 }),
  };
}

test('B25: what is not available says in words what is the matter and why, since when and when it is tried again', () => {
  const bank = part('our bank');
  const services = createServices({
    cards: {
      parts: [bank],
      words: { unavailable: 'Card payments are paused', degraded: 'Card payments may take longer' },
    },
    pay: { needs: ['cards'] },
  });
  expect(services.note('pay')).toEqual({ state: 'available', reason: null, since: null, retryAt: null });
  bank.set('unavailable');
  const times = { since: '2026-11-21T14:00:00.000Z', retryAt: '2026-11-21T14:02:00.000Z' };
  expect(services.status().details).toEqual({
    cards: {
      state: 'unavailable',
      reason: 'Card payments are paused: our bank does not answer in time.',
      ...times,
    },
    // What it needs is its own trouble, with the same cause and times.
    pay: { state: 'unavailable', reason: 'Our bank does not answer in time.', ...times },
  });
  bank.set('degraded');
  expect(services.note('cards').reason).toBe(
    'Card payments may take longer: our bank does not answer in time.',
  );
  expect(() => services.note('nothing')).toThrow('no service nothing');
});

test('B26: of several ways one is enough: degraded while one is away, unavailable when all are', () => {
  const [one, other] = [part('One'), part('Other')];
  const services = createServices({
    'payments:one': { parts: [one] },
    'payments:other': { parts: [other] },
    pay: { needsOneOf: ['payments:one', 'payments:other'] },
    // Nothing to choose from is nothing that fails.
    free: { needsOneOf: [] },
  });
  const pay = () => services.state('pay');
  expect([pay(), services.state('free')]).toEqual(['available', 'available']);
  one.set('unavailable');
  expect(pay()).toBe('degraded');
  expect(services.note('pay').reason).toContain('One');
  other.set('degraded');
  expect(pay()).toBe('degraded');
  other.set('unavailable');
  expect(pay()).toBe('unavailable');
});

test('B27: what a service only prefers has a fallback: it says so, and hands nothing on to who needs it', () => {
  const taste = part('our recommender');
  const services = createServices({
    recommendations: { parts: [taste] },
    browse: {
      prefers: { recommendations: 'What sells best is shown instead.' },
      words: { unavailable: 'Events cannot be shown', degraded: 'Nothing is picked for you' },
    },
    book: { needs: ['browse'] },
  });
  expect(services.status().services).toEqual({
    recommendations: 'available',
    browse: 'available',
    book: 'available',
  });
  taste.set('degraded');
  expect(services.state('browse')).toBe('available');
  taste.set('unavailable');
  expect(services.status().services).toEqual({
    recommendations: 'unavailable',
    browse: 'degraded',
    book: 'available',
  });
  expect(services.note('browse').reason).toBe(
    'Nothing is picked for you: our recommender does not answer in time. What sells best is shown instead.',
  );
});

test('B27: soft parts may come and go, and at worst degrade', () => {
  const accounts: Part[] = [];
  const services = createServices({ pay: { softParts: () => accounts } });
  expect(services.state('pay')).toBe('available');
  const vendor = part('A vendor');
  vendor.set('unavailable');
  accounts.push(vendor);
  expect(services.state('pay')).toBe('degraded');
  accounts.pop();
  expect(services.state('pay')).toBe('available');
});
