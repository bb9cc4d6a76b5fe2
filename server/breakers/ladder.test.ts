/** The whole ladder for real: a real clock, real sockets to a server that is down and comes back, in milliseconds. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, expect, test, vi } from 'vitest';
import { readConfig } from '../config.ts';
import { createLog, systemClock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { until } from '../stores/testing.ts';
import {
  BREAKER_TIMES,
  createBreakers,
  createServices,
  measureServices,
  pauseBefore,
  type ServiceState,
  ServiceUnavailable,
} from './index.ts';

const log = createLog('silent', 'test');
const TIMES = { backoffMs: 10, retries: 4, cooldownMs: 400 };

let server: Server | undefined;
const stops: (() => void)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await new Promise((done) => (server?.listening ? server.close(done) : done(undefined)));
  vi.useRealTimers();
});

async function listen(port: number, answer: () => number): Promise<number> {
  server = createServer((_request, response) => response.writeHead(answer()).end());
  await new Promise<void>((up) => server!.listen(port, '127.0.0.1', up));
  return (server.address() as AddressInfo).port;
}

/** A port nobody listens on. */
async function closedPort(): Promise<number> {
  const port = await listen(0, () => 200);
  await new Promise((done) => server!.close(done));
  return port;
}

function caller(port: number, registry?: Registry) {
  const asked: number[] = [];
  const ask = async (): Promise<number> => {
    asked.push(performance.now());
    const { status } = await fetch(`http://127.0.0.1:${port}/`);
    if (status >= 500) throw new Error(`answered ${status}`);
    return status;
  };
  const breakers = createBreakers({
    clock: systemClock,
    log,
    times: TIMES,
    random: () => 0,
    ...(registry ? { registry } : {}),
  });
  stops.push(() => breakers.stop());
  const breaker = breakers.of({ name: 'bank', label: 'our bank', timeoutMs: 1_000, probe: ask });
  return { breaker, breakers, ask, asked };
}

test('B20: five seconds, doubling, four retries, two minutes; settings say otherwise by name', () => {
  expect(BREAKER_TIMES).toEqual({ backoffMs: 5_000, retries: 4, cooldownMs: 120_000 });
  expect(readConfig({}).breaker).toEqual(BREAKER_TIMES);
  const set = readConfig({
    HOLDFAST_BREAKER_BACKOFF_MS: '10',
    HOLDFAST_BREAKER_RETRIES: '2',
    HOLDFAST_BREAKER_COOLDOWN_MS: '30',
  });
  expect(set.breaker).toEqual({ backoffMs: 10, retries: 2, cooldownMs: 30 });
  for (const value of ['0', '-1', '1.5', 'soon'])
    expect(() => readConfig({ HOLDFAST_BREAKER_BACKOFF_MS: value })).toThrow(
      `HOLDFAST_BREAKER_BACKOFF_MS=${value}`,
    );
});

test('B21: a pause is up to a fifth longer by chance, and never shorter than its turn', () => {
  const pauses = (random: () => number) =>
    [0, 1, 2, 3].map((retry) => pauseBefore(retry, BREAKER_TIMES.backoffMs, random));
  expect(pauses(() => 0)).toEqual([5_000, 10_000, 20_000, 40_000]);
  expect(pauses(() => 1)).toEqual([6_000, 12_000, 24_000, 48_000]);
  expect(pauses(() => 0.5)).toEqual([5_500, 11_000, 22_000, 44_000]);
  expect(LIMITS.breakerJitterShare).toBe(0.2);
});

test('B21: by default chance comes from the machine, within the same bounds', async () => {
  vi.useFakeTimers();
  const breakers = createBreakers({ clock: systemClock, log });
  stops.push(() => breakers.stop());
  const firsts = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const breaker = breakers.of({
      name: `bank ${i}`,
      label: 'our bank',
      timeoutMs: 1_000,
      probe: async () => undefined,
    });
    await breaker.run(() => Promise.reject(new Error('down'))).catch(() => undefined);
    const { since, retryAt } = breaker.note();
    const pause = (retryAt as number) - (since as number);
    expect(pause).toBeGreaterThanOrEqual(5_000);
    expect(pause).toBeLessThanOrEqual(6_000);
    firsts.add(pause);
  }
  expect(firsts.size).toBeGreaterThan(5);
});

test('B22: a server that is down: degraded, four retries each after twice the pause, unavailable, one probe, back', async () => {
  const port = await closedPort();
  const { breaker, ask, asked } = caller(port);
  const seen: ServiceState[] = [];
  await expect(breaker.run(ask)).rejects.toThrow('fetch failed');
  seen.push(breaker.state());
  expect(breaker.note().failing).toBe('unreachable');
  await until('unavailable', () => breaker.state() === 'unavailable');
  seen.push(breaker.state());
  // The call and its four retries, each pause at least its turn (a busy machine may make it longer, never shorter).
  expect(asked.length).toBeGreaterThanOrEqual(5);
  const pauses = asked.slice(1, 5).map((at, i) => at - (asked[i] as number));
  for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(10 * 2 ** i - 1);
  const before = asked.length;
  await expect(breaker.run(ask)).rejects.toBeInstanceOf(ServiceUnavailable);
  expect(asked.length).toBe(before);
  // The probe finds it down still, and costs another cooldown.
  await until('probed', () => asked.length >= 6);
  await until('open again', () => (breaker.note().retryAt ?? 0) > systemClock.now());
  await listen(port, () => 200);
  await until('available', () => breaker.state() === 'available');
  expect(await breaker.run(ask)).toBe(200);
  expect(breaker.note()).toEqual({ failing: null, since: null, retryAt: null });
  expect(seen).toEqual(['degraded', 'unavailable']);
});

test('B22: a server that answers 500 and then 200 is back with the retry, and says meanwhile how it fails and when it is asked', async () => {
  let status = 500;
  const port = await listen(0, () => status);
  const { breaker, ask } = caller(port);
  await expect(breaker.run(ask)).rejects.toThrow('answered 500');
  const { failing, since, retryAt } = breaker.note();
  expect([failing, (retryAt as number) - (since as number)]).toEqual(['errors', expect.any(Number)]);
  status = 200;
  await until('available', () => breaker.state() === 'available');
});

test('B23: stopped in any state, breakers leave no timer behind and call nobody any more', async () => {
  vi.useFakeTimers();
  const breakers = createBreakers({ clock: systemClock, log, random: () => 0 });
  let probes = 0;
  const fall = async () => {
    const breaker = breakers.of({
      name: 'bank',
      label: 'our bank',
      timeoutMs: 1_000,
      async probe() {
        probes++;
        throw new Error('down');
      },
    });
    await breaker.run(() => Promise.reject(new Error('down'))).catch(() => undefined);
    return breaker;
  };
  const open = await fall();
  await vi.advanceTimersByTimeAsync(75_000);
  const climbing = await fall();
  breakers.of({ name: 'idle', label: 'Idle', timeoutMs: 1_000, probe: async () => undefined });
  expect([open.state(), climbing.state()]).toEqual(['unavailable', 'degraded']);
  breakers.stop();
  expect(vi.getTimerCount()).toBe(0);
  const before = probes;
  await vi.advanceTimersByTimeAsync(600_000);
  expect(probes).toBe(before);
  await expect(climbing.run(async () => 1)).rejects.toBeInstanceOf(ServiceUnavailable);
});

test('B24: states are measured, transitions and calls are counted', async () => {
  const registry = new Registry();
  const port = await closedPort();
  const { breaker, ask } = caller(port, registry);
  measureServices(createServices({ cards: { parts: [breaker] }, pay: { needs: ['cards'] } }), registry);
  const value = async (line: string) =>
    (await registry.metrics())
      .split('\n')
      .find((l) => l.startsWith(line))
      ?.split(' ')
      .at(-1);
  expect(await value('holdfast_service_state{service="pay"}')).toBe('0');
  await breaker.run(ask).catch(() => undefined);
  expect(await value('holdfast_service_state{service="pay"}')).toBe('1');
  await until('unavailable', () => breaker.state() === 'unavailable');
  await breaker.run(ask).catch(() => undefined);
  expect(await value('holdfast_service_state{service="pay"}')).toBe('2');
  expect(await value('holdfast_breaker_transitions_total{service="bank",to="degraded"}')).toBe('1');
  expect(await value('holdfast_breaker_transitions_total{service="bank",to="unavailable"}')).toBe('1');
  expect(await value('holdfast_breaker_calls_total{service="bank",outcome="failed"}')).toBe('1');
  expect(await value('holdfast_breaker_calls_total{service="bank",outcome="refused"}')).toBe('1');
});
