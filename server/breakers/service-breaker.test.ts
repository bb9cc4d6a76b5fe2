import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog, systemClock } from '../kernel/index.ts';
import type { Provider } from '../payments/index.ts';
import {
  createServiceBreaker,
  guardPayment,
  guardProvider,
  type ServiceBreaker,
  type ServiceState,
  ServiceTimeout,
  ServiceUnavailable,
} from './index.ts';

class Declined extends Error {}

let up = true;
let probes: number[] = [];
let states: ServiceState[] = [];
let breaker: ServiceBreaker;
let zero = 0;

beforeEach(() => {
  // opossum keeps its own timers: the whole machine's clock is a fake one here.
  vi.useFakeTimers();
  up = true;
  probes = [];
  states = [];
  zero = systemClock.now();
  breaker = createServiceBreaker({
    name: 'provider',
    clock: systemClock,
    log: createLog('silent', 'test'),
    timeoutMs: 3_000,
    // Exact pauses here; their spread has a test of its own.
    random: () => 0,
    isFailure: (err) => !(err instanceof Declined),
    async probe() {
      probes.push(systemClock.now() - zero);
      if (!up) throw new Error('down');
    },
    onChange: (state) => void states.push(state),
  });
});
afterEach(() => {
  breaker.stop();
  vi.useRealTimers();
});

const call = () =>
  breaker.run(async () => {
    if (!up) throw new Error('down');
    return 'yes';
  });
const fall = async () => {
  up = false;
  await expect(call()).rejects.toThrow('down');
};

test('B10: retries follow a failure after 5, 10, 20 and 40 s; calls still go through meanwhile', async () => {
  await fall();
  expect(breaker.state()).toBe('degraded');
  await vi.advanceTimersByTimeAsync(34_000);
  expect(probes).toEqual([5_000, 15_000]);
  let called = false;
  await expect(
    breaker.run(async () => {
      called = true;
      throw new Error('down');
    }),
  ).rejects.toThrow('down');
  expect(called).toBe(true);
  await vi.advanceTimersByTimeAsync(41_000);
  expect(probes).toEqual([5_000, 15_000, 35_000, 75_000]);
  expect(states).toEqual(['degraded', 'unavailable']);
});

test('B11: a retry that succeeds makes it available, and ends the retries', async () => {
  await fall();
  await vi.advanceTimersByTimeAsync(6_000);
  up = true;
  await vi.advanceTimersByTimeAsync(200_000);
  expect(probes).toEqual([5_000, 15_000]);
  expect(states).toEqual(['degraded', 'available']);
});

test('B11: so does any call of a fan', async () => {
  await fall();
  up = true;
  expect(await call()).toBe('yes');
  expect(breaker.state()).toBe('available');
  await vi.advanceTimersByTimeAsync(200_000);
  expect(probes).toEqual([]);
});

test('B12: unavailable refuses at once, without calling, for 2 minutes', async () => {
  await fall();
  await vi.advanceTimersByTimeAsync(75_000);
  expect(breaker.state()).toBe('unavailable');
  const work = vi.fn(async () => 'yes');
  await expect(breaker.run(work)).rejects.toBeInstanceOf(ServiceUnavailable);
  await vi.advanceTimersByTimeAsync(119_000);
  await expect(breaker.run(work)).rejects.toBeInstanceOf(ServiceUnavailable);
  expect(work).not.toHaveBeenCalled();
  expect(probes.length).toBe(4);
});

test('B13: one probe after the cooldown; failed, it costs another one; succeeded, it closes the breaker', async () => {
  await fall();
  await vi.advanceTimersByTimeAsync(75_000 + 120_000);
  expect(probes).toEqual([5_000, 15_000, 35_000, 75_000, 195_000]);
  expect(breaker.state()).toBe('unavailable');
  up = true;
  await vi.advanceTimersByTimeAsync(119_000);
  expect(breaker.state()).toBe('unavailable');
  await vi.advanceTimersByTimeAsync(1_000);
  expect(probes.length).toBe(6);
  expect(breaker.state()).toBe('available');
  expect(await call()).toBe('yes');
});

test('B14: a declined card is an answer', async () => {
  for (let i = 0; i < 50; i++)
    await expect(breaker.run(() => Promise.reject(new Declined('no')))).rejects.toBeInstanceOf(Declined);
  expect(breaker.state()).toBe('available');
  await vi.advanceTimersByTimeAsync(300_000);
  expect(probes).toEqual([]);
});

test('B15: silence is a failure of unknown outcome: the work behind it may still happen', async () => {
  let charged = 0;
  const slow = breaker.run(async () => {
    await systemClock.sleep(10_000);
    charged++;
  });
  const judged = expect(slow).rejects.toBeInstanceOf(ServiceTimeout);
  await vi.advanceTimersByTimeAsync(3_000);
  await judged;
  expect([charged, breaker.state()]).toEqual([0, 'degraded']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(charged).toBe(1);
});

test('B16: a payment is answered, not called, or unknown; never failed', async () => {
  expect(await guardPayment(breaker, async () => 'captured')).toEqual({
    outcome: 'answered',
    value: 'captured',
  });
  const late = guardPayment(breaker, () => systemClock.sleep(60_000));
  await vi.advanceTimersByTimeAsync(3_000);
  expect((await late).outcome).toBe('unknown');
  up = false;
  expect((await guardPayment(breaker, () => Promise.reject(new Error('reset')))).outcome).toBe('unknown');
  await vi.advanceTimersByTimeAsync(80_000);
  expect(await guardPayment(breaker, async () => 'captured')).toEqual({ outcome: 'not_called' });
});

test('B16: a provider behind its breaker says unknown, and whether it was called', async () => {
  let calls = 0;
  const silent: Provider = {
    name: 'test',
    money: 'capture',
    instrument: async () => ({ ok: true, value: { last4: null, brand: null, secret: '' } }),
    authorise: async () => {
      calls++;
      throw new Error('reset');
    },
    capture: async () => ({ state: 'captured', ref: 'c1' }),
    void: async () => ({ state: 'voided' }),
    lookup: async () => ({ state: 'none' }),
  };
  const guarded = guardProvider(silent, breaker);
  const charge = { id: 'p1', amountCents: 100, currency: 'EUR', ref: null, orderId: 'o1' };
  expect(await guarded.capture(charge)).toEqual({ state: 'captured', ref: 'c1' });
  up = false;
  expect(await guarded.authorise(charge, { last4: null, brand: null, secret: '' })).toEqual({
    state: 'unknown',
    reason: 'no_answer',
  });
  await vi.advanceTimersByTimeAsync(76_000);
  expect(await guarded.authorise(charge, { last4: null, brand: null, secret: '' })).toEqual({
    state: 'unknown',
    reason: 'provider_unavailable',
  });
  expect(calls).toBe(1);
});

test('B29: a provider that answers unknown by itself counts as failing, and its answer is passed on', async () => {
  const foggy = { state: 'unknown', reason: 'rate_limited' } as const;
  const provider: Provider = {
    name: 'stripe',
    money: 'capture',
    instrument: async () => ({ ok: true, value: { last4: null, brand: null, secret: '' } }),
    authorise: async () => foggy,
    capture: async () => foggy,
    void: async () => foggy,
    lookup: async () => ({ state: 'none' }),
    refund: async () => foggy,
    list: () => Promise.reject(new Error('reset')),
  };
  const guarded = guardProvider(provider, breaker);
  const charge = { id: 'p1', amountCents: 100, currency: 'EUR', ref: null, orderId: 'o1' };
  up = false;
  expect(await guarded.capture(charge)).toEqual(foggy);
  expect(breaker.state()).toBe('degraded');
  expect(await guarded.refund?.({ id: 'r1', charge, amountCents: 100 })).toEqual(foggy);
  await expect(guarded.list?.({ fromMs: 0, toMs: 1 }, null)).rejects.toThrow('reset');
  await vi.advanceTimersByTimeAsync(75_000);
  expect(await guarded.refund?.({ id: 'r1', charge, amountCents: 100 })).toEqual({
    state: 'unknown',
    reason: 'provider_unavailable',
  });
  await expect(guarded.list?.({ fromMs: 0, toMs: 1 }, null)).rejects.toBeInstanceOf(ServiceUnavailable);
});
