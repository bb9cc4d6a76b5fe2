import { expect, test } from 'vitest';
import { createLog } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { manualClock } from '../stores/testing.ts';
import { createServices, type ServiceState, watchPart } from './index.ts';

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
  expect(services.status()).toEqual({ services: { browse: state, book: state, pay: state } });
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
