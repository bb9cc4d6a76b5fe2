/** The line: durable joins a second over the domain function, and the draw of a full lobby. */
import { generateKeys, keyRingFrom } from '../../server/keys/index.ts';
import { LIMITS } from '../../server/limits.ts';
import { createDraw } from '../../server/queue/draw.ts';
import { createJoin } from '../../server/queue/join.ts';
import { numbersOf } from '../../server/queue/numbers.ts';
import { manyUsers } from './batches.ts';
import { type BenchWorld, benchWorld, percentile, pool, print } from './world.ts';

const JOINS = 100_000;
const WIDTH = 3_000;

export interface JoinFigures {
  lobbyPerSecond: number;
  livePerSecond: number;
  drawSeconds: number;
  /** Until an edge that serves every fan has all numbers to push. */
  knownSeconds: number;
}

async function joinAll(
  world: BenchWorld,
  dropId: string,
  users: readonly string[],
  label: string,
): Promise<number> {
  const line = createJoin({
    pool: world.ledger.holds,
    clock: world.clock,
    ids: world.ids,
    keys: keyRingFrom(generateKeys()),
    log: world.log,
  });
  const latencies: number[] = [];
  const started = performance.now();
  await pool(users.length, WIDTH, async (i) => {
    const at = performance.now();
    const joined = await line.join(dropId, users[i] as string);
    if (!joined.ok) throw new Error(`join refused: ${joined.error.code}`);
    latencies.push(performance.now() - at);
  });
  const rate = users.length / ((performance.now() - started) / 1000);
  latencies.sort((a, b) => a - b);
  print(
    `${label.padEnd(20)} ${rate.toFixed(0).padStart(8)} joins/s   p50 ${percentile(latencies, 0.5).toFixed(1)} ms  p99 ${percentile(latencies, 0.99).toFixed(1)} ms`,
  );
  return rate;
}

/** Users of a lobby that closes, is drawn and opens; each step's seconds. */
async function drawAll(world: BenchWorld, dropId: string): Promise<number> {
  const draw = createDraw({ pool: world.ledger.holds, clock: world.clock, log: world.log, beacon: null });
  const steps: string[] = [];
  const started = performance.now();
  const timed = async (name: string, work: Promise<unknown>) => {
    const at = performance.now();
    const outcome = await work;
    if (outcome !== true && outcome !== 'DRAWN') throw new Error(`${name}: ${String(outcome)}`);
    steps.push(`${name} ${((performance.now() - at) / 1000).toFixed(2)}`);
  };
  await timed('close', draw.close(dropId));
  await timed('root', draw.publishRoot(dropId));
  await timed('numbers', draw.drawNumbers(dropId, null));
  await timed('open', draw.open(dropId));
  const seconds = (performance.now() - started) / 1000;
  print(`draw of ${JOINS} places ${seconds.toFixed(2).padStart(6)} s         (${steps.join(', ')})`);
  return seconds;
}

/** What an edge asks for when all of the lobby watches through it. */
async function learnAll(world: BenchWorld, dropId: string, users: readonly string[]): Promise<number> {
  const started = performance.now();
  let known = 0;
  for (let at = 0; at < users.length; at += LIMITS.numbersPageMax)
    known += (await numbersOf(world.ledger.reads, dropId, users.slice(at, at + LIMITS.numbersPageMax)))
      .length;
  if (known !== users.length) throw new Error(`${known} of ${users.length} fans have a number`);
  const seconds = (performance.now() - started) / 1000;
  print(
    `numbers for all fans   ${seconds.toFixed(2).padStart(6)} s         (pages of ${LIMITS.numbersPageMax})`,
  );
  return seconds;
}

export async function joins(world: BenchWorld): Promise<JoinFigures> {
  const event = await world.createEvent({ drop: { phase: 'lobby', hasLine: true } });
  const users = await manyUsers(world, JOINS);
  const more = await manyUsers(world, JOINS / 2);
  const lobbyPerSecond = await joinAll(world, event.dropId, users, 'joins in the lobby');
  await world.ledger.reads.raw.query('update ticketing.drops set opens_at = now() where id = $1', [
    event.dropId,
  ]);
  const drawSeconds = await drawAll(world, event.dropId);
  const knownSeconds = drawSeconds + (await learnAll(world, event.dropId, users));
  print(`close to known       ${knownSeconds.toFixed(2).padStart(8)} s         (target 3 s)`);
  const livePerSecond = await joinAll(world, event.dropId, more, 'joins after the draw');
  return { lobbyPerSecond, livePerSecond, drawSeconds, knownSeconds };
}

export async function run(): Promise<JoinFigures> {
  const world = await benchWorld();
  try {
    return await joins(world);
  } finally {
    await world.close();
  }
}

if (import.meta.main) await run();
