import { expect, test } from 'vitest';
import type { ServiceNote } from '../../server/protocol/money.ts';
import { servicesIn } from '../gallery/operations.ts';
import { serviceTexts as texts } from '../texts/services.ts';
import { formatClock, formatClockSeconds } from '../ui/format.ts';
import { pausedServices, sayPaused, sinceOf } from './note.ts';

const NOW = Date.parse('2026-11-21T14:00:00Z');
const ZONE = 'Europe/Amsterdam';
const clock = (iso: string): string => formatClockSeconds(Date.parse(iso), ZONE);
const note = (over: Partial<ServiceNote> = {}): ServiceNote => ({
  state: 'unavailable',
  reason: 'Card payments are paused: our card provider does not answer in time.',
  since: '2026-11-21T13:57:00Z',
  retryAt: '2026-11-21T14:05:00Z',
  ...over,
});
const say = (over: Partial<ServiceNote> = {}, more = {}) =>
  sayPaused({ note: note(over), now: NOW, zone: ZONE, ...more });

test('U470: what is paused is told with its reason, and when it is tried again', () => {
  expect(say()).toEqual({
    title: 'Card payments are paused: our card provider does not answer in time.',
    sentences: [texts.retryAt(clock('2026-11-21T14:05:00Z'))],
  });
  expect(say({ retryAt: '2026-11-21T13:59:59Z' })?.sentences).toEqual([texts.retryNow]);
  expect(say({ retryAt: null })?.sentences).toEqual([]);
  expect(sinceOf(note(), ZONE)).toBe(texts.since(formatClock(Date.parse('2026-11-21T13:57:00Z'), ZONE)));
});

test('U471: whoever holds tickets is told until when they stay held, as long as they do', () => {
  expect(say({}, { heldUntil: Date.parse('2026-11-21T14:20:00Z'), kept: 'Kept.' })?.sentences).toEqual([
    texts.retryAt(clock('2026-11-21T14:05:00Z')),
    texts.held(clock('2026-11-21T14:20:00Z')),
    'Kept.',
  ]);
  expect(say({}, { heldUntil: NOW })?.sentences).toHaveLength(1);
});

test('U472: nothing is said while all is up, or while nobody has said how it stands', () => {
  expect(sayPaused({ note: undefined, now: NOW })).toBeNull();
  expect(say({ state: 'available', reason: null, since: null, retryAt: null })).toBeNull();
  expect(say({ state: 'degraded', reason: null })?.title).toBe(texts.slow);
  expect(say({ reason: null })?.title).toBe(texts.paused);
});

test('U473: an operator reads every service that is away, each cause once', () => {
  expect(pausedServices({})).toEqual([]);
  expect(pausedServices(servicesIn({}).details)).toEqual([]);
  expect(pausedServices(servicesIn({ paused: true }).details)).toEqual([note().reason]);
  expect(pausedServices(servicesIn({ trouble: true }).details)).toHaveLength(2);
});
