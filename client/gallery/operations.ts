/** What `/operations/…` answers in the gallery: an evening on which all is well, and one on which it is not. */

import type { ServiceNote } from '../../server/protocol/money.ts';
import type { Checked, Health, OpenDrop } from '../operator/shapes.ts';
import { at, dropState, EVENTS, PEOPLE } from './fixtures.ts';

export function openDrops(trouble: boolean): OpenDrop[] {
  return EVENTS.filter((event) => event.drop && event.drop.phase !== 'ended').map((event) => {
    const drop = dropState(event);
    return {
      ...drop,
      eventTitle: event.title,
      vendorName: PEOPLE.vendor.name,
      endsAt: event.startsAt,
      joined: 18_311,
      waiting: 17_107,
      capacity: 3000,
      available: 1063,
      held: 390,
      sold: 1547,
      healthScore: trouble && event.drop?.phase === 'live' ? 1 : 0,
    };
  });
}

export const health = (trouble: boolean): Health => ({
  checkedAt: at(0),
  stores: {
    ledger: { ok: true, answerMs: 0.8, detail: 'Postgres 18.4, 12 MB, 9 connections' },
    gate: trouble
      ? { ok: false, answerMs: null, detail: 'the connection was refused' }
      : { ok: true, answerMs: 0.3, detail: 'Redis 7.0, 1 MB, 3 clients' },
  },
  workers: [{ id: 'worker', seenSecondsAgo: 0.2, alive: true }],
  lags: [
    {
      name: 'holds',
      sentence: 'Lapsed holds go back to the stock.',
      waiting: trouble ? 12 : 0,
      oldestSeconds: trouble ? 41 : 0,
      limitSeconds: 10,
      ok: !trouble,
    },
    {
      name: 'turns',
      sentence: 'Turns that ran out end.',
      waiting: 0,
      oldestSeconds: 0,
      limitSeconds: 10,
      ok: true,
    },
  ],
  alerts: trouble
    ? [
        {
          eventId: EVENTS[2]?.id ?? '',
          eventTitle: 'Ebb & Flow',
          type: 'HIGH_RESERVED',
          affected: 1,
          priority: 'P2',
        },
      ]
    : [],
});

const SENTENCES = [
  'No tier sells or holds more than it has, and no counter is negative.',
  'A paid order has exactly its tickets.',
  'Whatever money was captured has its tickets or its refund.',
  'Live turns and open calls together never exceed the cap on turns.',
];

export const invariants = (trouble: boolean): Checked => ({
  checkedAt: at(-4_000),
  invariants: SENTENCES.map((sentence, index) => {
    const broken = trouble && index === 1;
    return {
      name: `invariant-${index}`,
      sentence,
      violations: broken ? 2 : 0,
      sample: broken ? [{ reference: '4K-71B2', tickets: 1, expected: 2 }] : [],
    };
  }),
});

const UP: ServiceNote = { state: 'available', reason: null, since: null, retryAt: null };

/** How the services stand: all up, cards paused, or an outage of the gate with what depends on it. */
export function servicesIn(world: { paused?: boolean; trouble?: boolean }) {
  const cards: ServiceNote = world.paused
    ? {
        state: 'unavailable',
        reason: 'Card payments are paused: our card provider does not answer in time.',
        since: at(-160_000),
        retryAt: at(74_000),
      }
    : UP;
  const gate = 'our live stock cannot be reached.';
  const away = (reason: string): ServiceNote =>
    world.trouble ? { state: 'unavailable', reason, since: at(-41_000), retryAt: null } : UP;
  const details: Record<string, ServiceNote> = {
    browse: UP,
    line: world.trouble
      ? {
          state: 'degraded',
          reason: `Lines move later than usual: ${gate}`,
          since: at(-41_000),
          retryAt: null,
        }
      : UP,
    book: away(`Nothing can be booked: ${gate}`),
    'payments:stripe': cards,
    pay: world.trouble ? away(`Card payments are paused: ${gate}`) : cards,
  };
  const services = Object.fromEntries(Object.entries(details).map(([name, { state }]) => [name, state]));
  return { services, details };
}
