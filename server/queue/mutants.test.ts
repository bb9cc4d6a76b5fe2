/**
 * Proof that the line's race tests can fail: each mutant changes one line of the SQL, and the probe that guards that line must notice.
 * Every probe runs on the true text first, where it must find nothing.
 */
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { until } from '../stores/testing.ts';
import { createDraw } from './draw.ts';
import { type LineWorld, lineWorld } from './testing.ts';

let world: LineWorld;
beforeAll(async () => {
  world = await lineWorld();
});
afterAll(() => world.close());

const textOf = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const run = (text: string) => world.ledger.reads.raw.query(text);
let mutated: string | null = null;
afterEach(async () => {
  if (mutated) await run(textOf(mutated));
  mutated = null;
});

async function inTransaction(text: string, values: unknown[]): Promise<pg.PoolClient> {
  const client = await world.ledger.payments.raw.connect();
  await client.query('begin');
  await client.query(text, values);
  return client;
}
async function commit(client: pg.PoolClient): Promise<void> {
  await client.query('commit');
  client.release();
}
/** What `work` comes to, or the text of its error. */
const outcome = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (err: Error) => err.message,
  );

const JOIN = 'select code from ticketing.join_batch($1, $2, $3)';
const joinValues = async (dropId: string) => [dropId, [(await world.createUser()).id], [world.ids.next()]];
/** `work` beside a rival that commits once the work either waits for it or is through. */
async function beside<T>(rival: pg.PoolClient, work: Promise<T>): Promise<T> {
  let through = false;
  void outcome(work).then(() => {
    through = true;
  });
  await until('the rival is waited for, or not', async () => {
    const { rows } = await run(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1`,
    );
    return through || rows.length > 0;
  });
  await commit(rival);
  return work;
}

/** What went wrong, in words; empty: nothing. */
type Probe = () => Promise<string[]>;

const joinBesideClose: Probe = async () => {
  const drop = await world.lobby();
  const closing = await inTransaction(
    'select pg_advisory_xact_lock(lock_key) from ticketing.drops where id = $1',
    [drop.dropId],
  );
  await closing.query(`update ticketing.drops set phase = 'drawing', closed_at = now() where id = $1`, [
    drop.dropId,
  ]);
  await beside(closing, world.ledger.holds.raw.query(JOIN, await joinValues(drop.dropId)));
  const [place] = await world.sql<{ lobby: boolean }>(
    'select lobby from ticketing.places where drop_id = $1',
    [drop.dropId],
  );
  return place!.lobby ? ['a join counted itself into a closed lobby'] : [];
};

/** A join that has read `lobby` and is held up before it writes: only the fence can make the close wait for it. */
const closeBesideJoin: Probe = async () => {
  const drop = await world.lobby();
  const values = await joinValues(drop.dropId);
  const blocker = await inTransaction(
    `insert into ticketing.places (id, drop_id, user_id, joined_at, commitment, lobby, state)
     values (gen_random_uuid(), $1, $2, now(), sha256('x'), false, 'waiting')`,
    [drop.dropId, (values[1] as string[])[0]],
  );
  const joining = world.ledger.holds.raw.query(JOIN, values);
  await until('the join is held up', async () => {
    const { rows } = await run(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' limit 1`,
    );
    return rows.length > 0;
  });
  await world.dueNow(drop.dropId);
  const draw = createDraw({ ...world, pool: world.ledger.holds, beacon: null });
  const closing = draw.close(drop.dropId).then(() => draw.publishRoot(drop.dropId));
  await until('the close waits for the join, or has not', async () => {
    const { rows } = await run(
      `select 1 from pg_locks where locktype = 'advisory' and not granted
         and database = (select oid from pg_database where datname = current_database())
       union all select 1 from ticketing.draws where drop_id = '${drop.dropId}' limit 1`,
    );
    return rows.length > 0;
  });
  await blocker.query('rollback');
  blocker.release();
  await joining;
  await closing;
  const record = await world.queue.drawOf(drop.dropId);
  const said = await world.sql<{ lobby: boolean }>('select lobby from ticketing.places where drop_id = $1', [
    drop.dropId,
  ]);
  return said[0]!.lobby && record.ok && record.value.placeCount === 1
    ? []
    : ['a join of the lobby is missing from the root'];
};

const numbersBeside: Probe = async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true } });
  const first = await inTransaction(JOIN, await joinValues(drop.dropId));
  const said = await outcome(
    beside(first, world.ledger.holds.raw.query(JOIN, await joinValues(drop.dropId))),
  );
  return said === 'done' ? [] : [said];
};

const callsBeside: Probe = async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true, maxTurns: 2 } });
  await world.joinAll(drop.dropId, await world.createUsers(6));
  const first = await inTransaction('select * from ticketing.call_next($1, 1)', [drop.dropId]);
  const { rows } = await beside(
    first,
    world.ledger.holds.raw.query('select * from ticketing.call_next($1, 1)', [drop.dropId]),
  );
  return rows.length === 0 ? [] : [`${rows.length} called beside a full house`];
};

const drawTwice: Probe = async () => {
  const drop = await world.lobby();
  await world.joinAll(drop.dropId, await world.createUsers(4));
  await world.dueNow(drop.dropId);
  const draw = createDraw({ ...world, pool: world.ledger.holds, beacon: null });
  await draw.close(drop.dropId);
  await draw.publishRoot(drop.dropId);
  await draw.drawNumbers(drop.dropId, null);
  const again = await outcome(draw.drawNumbers(drop.dropId, null));
  return again === 'done' ? [] : [again];
};

const claimBesideLapse: Probe = async () => {
  const drop = await world.createEvent({ drop: { phase: 'live', hasLine: true, maxTurns: 1 } });
  const [user] = await world.createUsers(1);
  await world.queue.join(drop.dropId, user!);
  await world.queue.step(drop.dropId);
  await world.sql(`update ticketing.places set claim_by = now() - interval '1 s' where drop_id = $1`, [
    drop.dropId,
  ]);
  const claimed = await world.queue.claim(drop.dropId, user!);
  return claimed.ok ? ['a lapsed call was claimed'] : [];
};

test.each<[string, Probe, string, string, string]>([
  [
    'Q11: a join without the fence',
    joinBesideClose,
    'join.function.sql',
    'perform pg_advisory_xact_lock_shared(v_lock);',
    '',
  ],
  [
    'Q10: a close under the shared fence',
    closeBesideJoin,
    'close.function.sql',
    'pg_advisory_xact_lock(v_lock)',
    'pg_advisory_xact_lock_shared(v_lock)',
  ],
  [
    'Q5: numbers without the line’s lock',
    numbersBeside,
    'join.function.sql',
    'where l.drop_id = p_drop for no key update;',
    'where l.drop_id = p_drop;',
  ],
  [
    'Q18: calls without the line’s lock',
    callsBeside,
    'call.function.sql',
    'where l.drop_id = p_drop for no key update;',
    'where l.drop_id = p_drop;',
  ],
  [
    'Q15: a draw that does not look for its seed',
    drawTwice,
    'draw.function.sql',
    `if v_draw.seed is not null then return 'DONE'; end if;`,
    '',
  ],
  [
    'Q21: a claim that does not look at its window',
    claimBesideLapse,
    'claim.function.sql',
    'and v_place.claim_by > v_now then',
    'then',
  ],
])('%s is noticed', async (_title, probe, file, line, becomes) => {
  expect(await probe()).toEqual([]);
  const text = textOf(file);
  expect(text.split(line)).toHaveLength(2);
  mutated = file;
  await run(text.replace(line, () => becomes));
  expect(await probe()).not.toEqual([]);
});
