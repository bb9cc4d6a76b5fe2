/**
 * The newest model and the events to come, made ready in this process's memory and made anew now and then. Neither is about
 * anybody, and either can be thrown away.
 */
import { setImmediate as breath } from 'node:timers/promises';
import type { Clock, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Db, statement } from '../stores/index.ts';
import type { EventFacts } from './event-facts.ts';
import { FACTS, type FactsRow, factsOf } from './facts-rows.ts';
import { emptyModel, type Model } from './model.ts';
import { newestModel, readModel } from './models.ts';
import { type Candidates, preparing } from './rank.ts';

export interface Stage {
  model: Model;
  /** Null: nothing was learned yet. */
  modelId: string | null;
  candidates: Candidates;
  /** By place among the candidates: whether anything was left when they were read. */
  left: Uint8Array;
  readAtMs: number;
}

/** Events that can be gone to and whose sale is not over; what is sold out too, since tickets come back. */
const UPCOMING = statement(
  'recommendations_upcoming',
  `select ${FACTS}, power(2::double precision, greatest(-60, l.popularity -
       extract(epoch from now() - timestamptz '2020-01-01')::double precision / 604800)) as demand,
     exists (select from ticketing.ticket_tiers t where t.event_id = e.id and t.status = 'active'
       and t.quantity > t.reserved_quantity + t.issued_quantity + t.kept_quantity) as "isLeft"
     from events.listings l join events.events e on e.id = l.event_id
    where (l.start_at, l.event_id) > ($1, $2::uuid) and e.status = 'published'
      and not exists (select from ticketing.drops d where d.event_id = e.id and d.phase in ('ended', 'canceled')
        and not exists (select from ticketing.drops o where o.event_id = e.id and o.phase not in ('ended', 'canceled')))
    order by l.start_at, l.event_id limit $3`,
);

const PAGE = 500;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

interface Row extends FactsRow {
  demand: number;
  isLeft: boolean;
}

async function readUpcoming(db: Db, nowMs: number): Promise<{ events: EventFacts[]; left: Uint8Array }> {
  const events: EventFacts[] = [];
  const left: number[] = [];
  let after: [Date, string] = [new Date(nowMs), FIRST_ID];
  while (events.length < LIMITS.candidatesMax) {
    const rows = await db.all<Row>(UPCOMING, [...after, PAGE]);
    for (const row of rows) {
      events.push({ ...factsOf(row), demand: row.demand });
      left.push(row.isLeft ? 1 : 0);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) break;
    after = [last.startAt, last.id];
  }
  return { events, left: Uint8Array.from(left) };
}

export interface Stages {
  /** What is ready; waits for the first one only. @throws when there is none and could be none */
  now(): Promise<Stage>;
  /** Makes it anew; resolves when that is in use. @throws as `now` */
  refresh(): Promise<Stage>;
}

export function createStages(deps: { db: Db; clock: Clock; log: Logger }): Stages {
  const { db, clock, log } = deps;
  let stage: Stage | undefined;
  let making: Promise<Stage> | undefined;
  let triedAtMs = Number.NEGATIVE_INFINITY;

  async function readNewest(): Promise<Pick<Stage, 'model' | 'modelId'>> {
    const newest = await newestModel(db);
    if (!newest) return { model: emptyModel(clock.now()), modelId: null };
    if (stage && stage.modelId === newest.id) return stage;
    const model = await readModel(db, newest.id);
    // Pruned between the two: a newer one is there.
    return model ? { model, modelId: newest.id } : readNewest();
  }

  async function make(): Promise<Stage> {
    const readAtMs = clock.now();
    const { model, modelId } = await readNewest();
    const { events, left } = await readUpcoming(db, readAtMs);
    const steps = preparing(model, events, readAtMs);
    for (let step = steps.next(); ; step = steps.next()) {
      if (!step.done) {
        await breath();
        continue;
      }
      stage = { model, modelId, candidates: step.value, left, readAtMs };
      return stage;
    }
  }

  function refresh(): Promise<Stage> {
    triedAtMs = clock.now();
    making ??= make().finally(() => {
      making = undefined;
    });
    return making;
  }

  return {
    refresh,
    async now() {
      if (!stage) return refresh();
      if (clock.now() - Math.max(stage.readAtMs, triedAtMs) > LIMITS.stageFreshMs)
        // Nobody waits for it; the old one is good for as long as that takes.
        refresh().catch((err: unknown) => log.warn({ err }, 'recommendations were not read anew'));
      return stage;
    },
  };
}
