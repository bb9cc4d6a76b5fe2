/** What choosing seats asks of the server, and what the page makes of the answer. */
import { expect, test } from 'vitest';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import { PICKED, seatedDrop, TAKEN } from '../fan/gallery/seats.ts';
import { EMPTY, readKept, writeKept } from '../fan/kept.ts';
import { stage } from '../fan/testing-stage.ts';
import { NO_WISHES, seatItems, seatRefusalOf } from './choosing.ts';

const WISHES = { accessible: true, code: 'EARLY' };
const items = [...seatItems(PICKED), { tierId: seatedDrop().tiers[2]!.id, quantity: 1 }];

test('U322: a hold of seats and others is one request, with its wishes', async () => {
  const world = await stage({});
  world.act.holdSeats({ items, wishes: WISHES });
  expect(world.asking.value).toBe('hold');
  await world.idle();
  expect(world.asked).toEqual([
    {
      event: 'hold:place',
      payload: { dropId: 'd', requestId: 'id-1', items, accessible: true, channel: 'EARLY' },
    },
  ]);
});

test('U322: an exchange names the hold and lets nothing go, also when it is refused', async () => {
  const taken: ErrorBody = { code: 'SEATS_TAKEN', message: '', details: TAKEN.details };
  const world = await stage({ refuse: { 'hold:swap': taken } });
  world.act.holdSeats({ items, wishes: NO_WISHES, swap: 'h' });
  expect(world.asking.value).toBe('change');
  await world.idle();
  expect(world.asked).toEqual([
    { event: 'hold:swap', payload: { dropId: 'd', requestId: 'id-1', items, holdId: 'h' } },
  ]);
  expect(world.problem.value?.at).toBe('hold');
});

test('U318: an exchange and a hold of the same seats are two requests; the same press again is one', async () => {
  const lost: ErrorBody = { code: 'TEMPORARILY_UNAVAILABLE', message: '', details: { unknown: true } };
  const world = await stage({ refuse: { 'hold:place': lost, 'hold:swap': lost } });
  for (const swap of [undefined, undefined, 'h', 'h', 'other']) {
    world.act.holdSeats({ items, wishes: NO_WISHES, ...(swap ? { swap } : {}) });
    await world.idle();
  }
  expect(world.asked.map((ask) => ask.payload.requestId)).toEqual(['id-1', 'id-1', 'id-2', 'id-2', 'id-3']);
});

test('U321: a refusal is told where seats are chosen, with what it names; any other by its sentence', async () => {
  const taken: ErrorBody = { code: 'SEATS_TAKEN', message: 'Gone.', details: TAKEN.details };
  const world = await stage({ refuse: { 'hold:place': taken } });
  world.act.holdSeats({ items, wishes: NO_WISHES });
  await world.idle();
  expect(world.problem.value?.at).toBe('board');
  expect(seatRefusalOf(world.problem.value?.refusal)).toEqual(TAKEN);
  expect(seatRefusalOf({ code: 'LIMIT_EXCEEDED' })).toBeNull();
  expect(seatRefusalOf({ code: 'SEATS_REQUIRED' })).toEqual({ code: 'SEATS_REQUIRED', details: {} });
  expect(seatRefusalOf(undefined)).toBeNull();
});

test('U323: a choice is kept through a refresh and a refusal, and a hold that succeeded ends it', async () => {
  const map = new Map<string, string>();
  const store = {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
  writeKept(store, 'd', 'noor', { ...EMPTY, picks: PICKED, wishes: WISHES });
  expect(readKept(store, 'd', 'noor')).toMatchObject({ picks: PICKED, wishes: WISHES });

  const refused = await stage({ refuse: { 'hold:place': { code: 'SEATS_TAKEN', message: '' } } });
  refused.act.setPicks(PICKED);
  refused.act.holdSeats({ items, wishes: NO_WISHES });
  await refused.idle();
  expect(refused.kept.value.picks).toEqual(PICKED);

  const world = await stage({});
  world.act.setPicks(PICKED);
  world.act.setSeatWishes(WISHES);
  world.act.holdSeats({ items, wishes: NO_WISHES });
  await world.idle();
  expect(world.kept.value).toMatchObject({ picks: [], draft: {}, wishes: WISHES });
});
