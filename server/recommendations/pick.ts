/** Events for people: picked for each by the model, or, when that cannot be done, what sells (rules J3 to J5, J10). */
import { setImmediate as breath } from 'node:timers/promises';
import type { Clock, Logger, Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { WhyView } from '../protocol/index.ts';
import { type Db, statement } from '../stores/index.ts';
import { BOUGHT } from './behaviour.ts';
import type { EventFacts } from './event-facts.ts';
import { readPeople, readTickets } from './people.ts';
import { profileOf } from './profile.ts';
import { rank, spread, viewerOf } from './rank.ts';
import type { Stage, Stages } from './stage.ts';
import { type Known, whyOf } from './why.ts';

export interface Picked {
  eventId: Uuid;
  why: WhyView;
}
export interface PickDeps {
  db: Db;
  clock: Clock;
  log: Logger;
  stages: Stages;
  breaker: { run<T>(work: () => Promise<T>): Promise<T> };
}

/** What sells, and can still be bought or gone to. */
const POPULAR = statement(
  'recommendations_popular',
  `select l.event_id as id from events.listings l join events.events e on e.id = l.event_id and e.status = 'published'
    where l.start_at > now() and not exists (select from ticketing.tickets k where k.owner_user_id = $1 and k.event_id = e.id
      and k.status in ('issued', 'transferred', 'redeemed'))
      and not exists (select from ticketing.drops d where d.event_id = e.id and d.phase in ('ended', 'canceled')
        and not exists (select from ticketing.drops o where o.event_id = e.id and o.phase not in ('ended', 'canceled')))
    order by l.popularity desc, l.event_id desc limit $2`,
);

/** Several times as many as are wanted: some have been bought since, and an artist's third night waits. */
const SPARE = 5;

/** The best for one person; what is sold out comes after what is not. */
export function choose(stage: Stage, known: Known, most: number, nowMs: number): EventFacts[] {
  const { model, candidates, left } = stage;
  const profile = profileOf(model, known.deeds, known.likes, nowMs);
  const has = new Set(known.deeds.filter(({ kind }) => kind === BOUGHT).map(({ facts }) => facts.id));
  const fits = (at: number): boolean => {
    const { id, startsAtMs } = candidates.events[at] as EventFacts;
    return startsAtMs > nowMs && !has.has(id);
  };
  const viewer = viewerOf(candidates, profile);
  const ranked = rank(candidates, viewer, model.weights, SPARE * most, (at) => left[at] === 1 && fits(at));
  const gone =
    ranked.length < most
      ? rank(candidates, viewer, model.weights, most, (at) => left[at] === 0 && fits(at))
      : [];
  return [...spread(candidates, ranked, ranked.length), ...gone].map(
    ({ at }) => candidates.events[at] as EventFacts,
  );
}

/** So many people's deeds in one statement, and so many ranked between two breaths of the event loop. */
const TOGETHER = 50;

/** For each person at most `most`, the best first. @throws when the model, or what they did, cannot be read */
export async function pickFor(
  deps: PickDeps,
  userIds: readonly Uuid[],
  most: number,
): Promise<Map<Uuid, Picked[]>> {
  const { db, clock, stages } = deps;
  const stage = await stages.now();
  const picked = new Map<Uuid, Picked[]>();
  for (let from = 0; from < userIds.length; from += TOGETHER) {
    const group = userIds.slice(from, from + TOGETHER);
    const nowMs = clock.now();
    const people = await readPeople(db, group, nowMs);
    const chosen = new Map<Uuid, EventFacts[]>();
    for (const [userId, known] of people) {
      chosen.set(userId, choose(stage, known, most, nowMs));
      if (people.size > 1) await breath();
    }
    const ids = [...new Set([...chosen.values()].flatMap((events) => events.map(({ id }) => id)))];
    const has = await readTickets(db, group, ids);
    for (const [userId, events] of chosen) {
      const known = people.get(userId) as Known;
      picked.set(
        userId,
        events
          .filter(({ id }) => !has(userId, id))
          .slice(0, most)
          .map((event) => ({ eventId: event.id, why: whyOf(stage.model, known, event, nowMs) })),
      );
    }
  }
  return picked;
}

/**
 * So many ask the ledger at once; the others wait their turn. Whoever's turn comes after `patienceMs` is not served any more:
 * nobody waits for it, and it would only hold up those who do.
 */
export function createTurns(
  atOnce: number,
  patienceMs: number,
  clock: Pick<Clock, 'now'>,
): <T>(work: () => Promise<T>) => Promise<T> {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    const cameMs = clock.now();
    if (busy >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else busy++;
    try {
      if (clock.now() - cameMs > patienceMs) throw new Error('its turn came too late');
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}

export async function popularFor(db: Db, userId: Uuid, most: number): Promise<Picked[]> {
  const rows = await db.all<{ id: Uuid }>(POPULAR, [userId, most]);
  return rows.map(({ id }) => ({ eventId: id, why: { code: 'popular_now' } }));
}

/** One person's, within `LIMITS.recommendMs`: after that, or while the breaker is open, what sells. */
export function createPicker(deps: PickDeps) {
  const turns = createTurns(LIMITS.recommendAtOnce, LIMITS.recommendMs, deps.clock);
  return async (userId: Uuid, most: number): Promise<{ picked: Picked[]; fallback: boolean }> => {
    try {
      const picked = await deps.breaker.run(() => turns(() => pickFor(deps, [userId], most)));
      return { picked: picked.get(userId) ?? [], fallback: false };
    } catch (err) {
      // The breaker has counted it, and says in /status what is wrong. What sells needs neither the model nor anybody's deeds.
      deps.log.debug({ err }, 'nothing could be picked');
      return { picked: await popularFor(deps.db, userId, most), fallback: true };
    }
  };
}
