/**
 * The thread in which a model is made, away from the event loop that answers fans (rule J8). It is handed behaviour page by page
 * and numbers people itself; what it hands back names none of them.
 */
import { parentPort } from 'node:worker_threads';
import { BOUGHT, SEEN } from './behaviour.ts';
import type { EventFacts } from './event-facts.ts';
import { encodeModel } from './model.ts';
import type { Trained } from './models.ts';
import { train } from './train.ts';

/** A person, an event, and when (ms since the epoch). */
export type DeedRow = [userId: string, eventId: string, atMs: number];
export type TrainOrder =
  | { kind: 'events'; events: EventFacts[] }
  | { kind: 'deeds'; bought: boolean; rows: DeedRow[] }
  | { kind: 'train'; nowMs: number; seed: number };
export type TrainAnswer = { trained: Trained } | { error: string };

const port = parentPort;
if (!port) throw new Error('train-thread.ts runs as a worker thread only');

const events: EventFacts[] = [];
const placeOf = new Map<string, number>();
const personOf = new Map<string, number>();
const had = new Set<string>();
const person: number[] = [];
const event: number[] = [];
const kind: number[] = [];
const atMs: number[] = [];

function take(bought: boolean, [userId, eventId, at]: DeedRow): void {
  const place = placeOf.get(eventId);
  if (place === undefined) return;
  const who = personOf.get(userId) ?? personOf.size;
  personOf.set(userId, who);
  // Four tickets of one night are one wish to go.
  const key = `${who} ${place} ${bought}`;
  if (had.has(key)) return;
  had.add(key);
  person.push(who);
  event.push(place);
  kind.push(bought ? BOUGHT : SEEN);
  atMs.push(at);
}

function make(nowMs: number, seed: number): Trained {
  const model = train(
    {
      events,
      people: personOf.size,
      person: Int32Array.from(person),
      event: Int32Array.from(event),
      kind: Uint8Array.from(kind),
      atMs: Float64Array.from(atMs),
    },
    { nowMs, seed },
  );
  const { deeds, people, traits, quality } = model;
  return {
    bytes: new Uint8Array(encodeModel(model)),
    seed,
    deeds,
    people,
    traits: traits.length,
    quality,
  };
}

port.on('message', (order: TrainOrder) => {
  try {
    if (order.kind === 'events')
      for (const facts of order.events) {
        if (placeOf.has(facts.id)) continue;
        placeOf.set(facts.id, events.length);
        events.push(facts);
      }
    else if (order.kind === 'deeds') for (const row of order.rows) take(order.bought, row);
    else {
      const trained = make(order.nowMs, order.seed);
      port.postMessage({ trained } satisfies TrainAnswer, [trained.bytes.buffer as ArrayBuffer]);
    }
  } catch (err) {
    const error = err instanceof Error ? (err.stack ?? err.message) : String(err);
    port.postMessage({ error } satisfies TrainAnswer);
  }
});
