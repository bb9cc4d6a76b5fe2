import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Recommendations } from './index.ts';
import { type RecommendWorld, recommendWorld } from './testing.ts';

let here: RecommendWorld;
let recommendations: Recommendations;
beforeAll(async () => {
  here = await recommendWorld();
  recommendations = here.recommendations();
});
afterAll(() => here.close());

const as = (id: string) => ({ id, role: 'user' as const, name: 'Fay', sessionId: id });
async function shown(userId: string, limit = 10) {
  await recommendations.refresh();
  const { items, fallback } = await recommendations.of(userId, limit);
  expect(fallback).toBe(false);
  return items;
}
const titles = async (userId: string, limit?: number) =>
  (await shown(userId, limit)).map(({ event }) => event.title);

test('J4: only events to come, published, with a sale that is not over; what is sold out comes last', async () => {
  const fan = await here.fan();
  const mine = await here.night({ title: 'Mine', type: 'jazz', artist: 'Trio' });
  await here.buy(mine, fan);
  await here.night({ title: 'Next', type: 'jazz', artist: 'Trio' });
  await here.night({ title: 'Gone by', type: 'jazz', artist: 'Trio', inDays: -1 });
  await here.night({ title: 'Draft', type: 'jazz', artist: 'Trio', status: 'draft' });
  await here.night({ title: 'Canceled', type: 'jazz', artist: 'Trio', status: 'canceled' });
  await here.night({ title: 'Sale over', type: 'jazz', artist: 'Trio', drop: { phase: 'ended' } });
  await here.night({ title: 'Sold out', type: 'jazz', artist: 'Trio', quantity: 0 });
  await here.night({ title: 'Wrestling', type: 'sport', artist: 'Giants', city: 'Elsewhere' });
  expect(await titles(fan)).toEqual(['Next', 'Wrestling', 'Sold out']);
});

test('J4: what was bought or looked at counts in the next answer; a ticket given back does not', async () => {
  const fan = await here.fan();
  const seen = await here.night({ title: 'Swan', type: 'ballet', artist: 'Company A', inDays: -3 });
  await here.night({ title: 'Nut', type: 'ballet', artist: 'Company B' });
  await here.night({ title: 'Cats', type: 'musical', artist: 'Company C', city: 'Faraway', venue: 'X' });
  const other = await here.night({
    title: 'Rats',
    type: 'musical',
    artist: 'Company D',
    city: 'Faraway',
    venue: 'X',
    inDays: -5,
  });
  recommendations.see(as(fan), seen.eventId);
  await recommendations.flush();
  const items = await shown(fan, 1);
  expect(items[0]).toMatchObject({
    event: { title: 'Nut' },
    why: { code: 'looked_at', eventId: seen.eventId, title: 'Swan' },
  });
  const ticketId = await here.buy(other, fan);
  expect((await titles(fan, 1))[0]).toBe('Cats');
  await here.sql(`update ticketing.tickets set status = 'refunded' where id = $1`, [ticketId]);
  expect((await titles(fan, 1))[0]).toBe('Nut');
});

test('J4: an event that was bought a moment ago is not suggested, whatever this process still has in memory', async () => {
  const fan = await here.fan();
  const event = await here.night({ title: 'Only one', type: 'poetry', artist: 'Poet' });
  await here.like(fan, { types: ['poetry'] });
  expect((await titles(fan, 1))[0]).toBe('Only one');
  await here.buy(event, fan);
  const after = await recommendations.of(fan, 50);
  expect(after.items.map(({ event: { id } }) => id)).not.toContain(event.eventId);
});

test('J5: of one artist at most two nights among ten, while there is anything else', async () => {
  const fan = await here.fan();
  await here.like(fan, { artists: ['Seven Nights'] });
  for (let n = 0; n < 7; n++) await here.night({ artist: 'Seven Nights', inDays: 10 + n });
  const items = await shown(fan, 10);
  expect(items.length).toBeGreaterThan(5);
  const own = items.flatMap(({ event }, place) => (event.artist === 'Seven Nights' ? [place] : []));
  expect(own.slice(0, 2)).toEqual([0, 1]);
  const others = items.filter(({ event }) => event.artist !== 'Seven Nights').length;
  expect(items.slice(0, 2 + others).filter(({ event }) => event.artist === 'Seven Nights')).toHaveLength(2);
});

test('J6: a reason names a favourite, or what one was at, has tickets for, or looked at; else what sells', async () => {
  const [fan, stranger] = [await here.fan(), await here.fan()];
  const past = await here.night({ title: 'Blue night', type: 'blues', artist: 'Muddy', inDays: -10 });
  await here.buy(past, fan);
  await here.night({ title: 'Blue again', type: 'blues', artist: 'Muddy' });
  const [first] = await shown(fan, 1);
  expect(first).toMatchObject({
    event: { title: 'Blue again' },
    why: { code: 'went_to', eventId: past.eventId, title: 'Blue night' },
  });
  const coming = await here.night({ title: 'Red night', type: 'opera', artist: 'Aida', inDays: 5 });
  await here.buy(coming, stranger);
  await here.night({ title: 'Red again', type: 'opera', artist: 'Aida', inDays: 9 });
  expect((await shown(stranger, 1))[0]?.why).toEqual({
    code: 'going_to',
    eventId: coming.eventId,
    title: 'Red night',
  });
  for (const { why } of await shown(stranger, 50)) expect(why.eventId).not.toBe(past.eventId);
});

test('J7: whoever did nothing sees what sells; favourites come first', async () => {
  const fresh = await here.fan();
  const hit = await here.night({ title: 'The hit', type: 'festival', artist: 'Everybody' });
  await here.sells(hit);
  const [first] = await shown(fresh, 1);
  expect(first).toMatchObject({ event: { title: 'The hit' }, why: { code: 'popular_now' } });
  await here.night({ title: 'Chess', type: 'chess', artist: 'Kings', city: 'Castle' });
  await here.like(fresh, { types: ['Chess'], cities: ['castle'] });
  expect((await shown(fresh, 1))[0]).toMatchObject({
    event: { title: 'Chess' },
    why: { code: 'favourite_type', type: 'Chess' },
  });
});

test('J2: whoever switched it off is shown by what they say, and by nothing they did', async () => {
  const fan = await here.fan();
  const bought = await here.night({ title: 'Tango', type: 'tango', artist: 'Gotan', inDays: -4 });
  await here.buy(bought, fan);
  await here.night({ title: 'Tango again', type: 'tango', artist: 'Gotan' });
  expect((await titles(fan, 1))[0]).toBe('Tango again');
  await here.like(fan, { types: ['yoga'] });
  await here.sql('update accounts.preferences set personalised = false where user_id = $1', [fan]);
  await here.night({ title: 'Yoga', type: 'yoga', artist: 'Guru' });
  const items = await shown(fan, 50);
  expect(items[0]).toMatchObject({ event: { title: 'Yoga' }, why: { code: 'favourite_type' } });
  for (const { why } of items) expect(['favourite_type', 'popular_now']).toContain(why.code);
});

test('J14: for many accounts at once the same is picked as for each of them', async () => {
  const fans = await here.world.createUsers(120);
  const night = await here.night({ title: 'Polka', type: 'polka', artist: 'Band', inDays: -2 });
  await here.night({ title: 'Polka again', type: 'polka', artist: 'Band' });
  for (const fan of fans.slice(0, 3)) await here.buy(night, fan);
  await recommendations.refresh();
  let between = 0;
  let going = true;
  const beat = (): void => {
    between++;
    if (going) setImmediate(beat);
  };
  beat();
  const many = await recommendations.suggest(fans, 3);
  going = false;
  expect(between).toBeGreaterThan(fans.length);
  expect(many.size).toBe(fans.length);
  for (const fan of fans.slice(0, 5)) {
    const { items } = await recommendations.of(fan, 3);
    expect(many.get(fan)?.map(({ eventId, why }) => [eventId, why])).toEqual(
      items.map(({ event, why }) => [event.id, why]),
    );
  }
  expect(many.get(fans[0] as string)?.[0]?.why).toMatchObject({ code: 'went_to', title: 'Polka' });
});
