/** The feed of seats against every order of events: in the end it shows what the server has. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SeatsDelta } from '../../server/protocol/seating.ts';
import { SEAT_FEED } from './seat-feed.ts';
import { AWAY, DROP, LIVE, feedWorld as world } from './testing-seat-feed.ts';

/** One thing that happens to a page, in any order. */
const happening = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('change' as const), seed: fc.nat() }) },
  { weight: 3, arbitrary: fc.constant({ do: 'lose' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'double' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'hold' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'epoch' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stale' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reconnect' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'refuse' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(3_000) }) },
);

test('U306: whatever is lost, doubled, late or cut, the seats end as the server has them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 40 }),
      fc.infiniteStream(fc.nat(99)),
      async (all, dice) => {
        const made = world({ live: true, seats: 30, random: () => (dice.next().value as number) / 100 });
        const { edge } = made;
        let late: SeatsDelta[] = [];
        let last = edge.repeat();
        for (const one of all) {
          if (one.do === 'change' || one.do === 'lose' || one.do === 'hold' || one.do === 'epoch') {
            const seed = one.do === 'change' ? one.seed : late.length * 7 + 3;
            const next = [...edge.shows()];
            for (let i = 0; i < 4; i++) next[(seed * (i + 1)) % 30] = String((seed + i) % 4);
            last = edge.move(next.join(''), one.do === 'epoch' ? { epoch: last.epoch + 1, version: 0 } : {});
            if (one.do === 'hold') late.push(last);
            else if (one.do !== 'lose') made.push('seats:delta', last);
          } else if (one.do === 'double') made.push('seats:delta', last);
          else if (one.do === 'flush') {
            for (const delta of late.reverse()) made.push('seats:delta', delta);
            late = [];
          } else if (one.do === 'stale') made.push('server:stale', { dropId: DROP });
          else if (one.do === 'wait') await made.advance(one.ms);
          else if (one.do === 'refuse') {
            const { answer } = made.hooks;
            made.hooks.answer = async () => {
              made.hooks.answer = answer;
              return { ok: false, error: { code: 'TEMPORARILY_UNAVAILABLE', message: '' } };
            };
          } else {
            made.facts.value = AWAY;
            await made.advance(100);
            made.facts.value = LIVE;
            made.session.value += 1;
          }
        }
        // An edge repeats where it stands; a page that could not watch asks again.
        for (let i = 0; i < 5; i++) {
          await made.advance(SEAT_FEED.pollMs * 2);
          made.push('seats:delta', edge.repeat());
          await made.advance(SEAT_FEED.spreadMs);
        }
        expect(made.shows()).toBe(edge.shows());
        expect(made.feed.staleSince.value).toBe(null);
        made.feed.stop();
        expect(made.timers()).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
