/**
 * Placing a hold: the gate filters, the batch commits, and only then is a fan told "yes" (rules H1–H9).
 *
 *   gate OK ─▶ batch ─▶ GRANTED: told             gate "no" ─▶ told (NO_TURN only after the ledger agreed)
 *                    ─▶ refused: gate set down      gate REPEAT ─▶ the first answer, from the ledger
 *                    ─▶ STALE / VOID: again through the gate
 *                    ─▶ AWAY: TEMPORARILY_UNAVAILABLE, the gate's entry is looked up later
 */
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { type HoldPlace, type HoldSwap, type HoldView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Batches } from './batch.ts';
import type { BatchAnswer, BatchEntry, TakenSeat, UnitPrice } from './batch-call.ts';
import type { ChannelOf } from './channel-codes.ts';
import type { HoldGate } from './gate.ts';
import { type GateAnswers, linesOfSeats, seatLines } from './gate-answers.ts';
import type { GateKeys } from './gate-keys.ts';
import { UnknownDrop } from './reopen.ts';
import { canonical, type HoldRequest, seatsWanted } from './request.ts';
import type { SeatNaming } from './seat-names.ts';
import { type HoldRow, loadHold } from './view.ts';

const CURRENCY = statement(
  'drop_currency',
  'select e.currency from ticketing.drops d join events.events e on e.id = d.event_id where d.id = $1',
);

const ROUNDS_MAX = 40;
const PAUSE_MS = 25;
/** A repeated request whose first copy is still being committed is waited for this long, ms. */
const REPEAT_WAIT_MS = 5_000;
const RETRY_AFTER_MS = 1_000;
/** A gate that fails for this long is away: the fan is told to come back. */
const GATE_AWAY_MS = 4_000;

export interface PlaceDeps {
  ledger: Ledger;
  gate: HoldGate;
  batches: Batches;
  clock: Clock;
  ids: Ids;
  log: Logger;
  names: SeatNaming;
  answers: GateAnswers;
  channelOf: ChannelOf;
}

/** With `holdId` the new hold takes the place of that one. */
export type Place = (userId: string, input: HoldPlace | HoldSwap) => Promise<Result<HoldView>>;

/** What one call has done so far. */
interface Trail {
  /** Hold ids the gate was asked for without hearing what became of them. */
  tried: Set<string>;
  /** True once: a gate that lacks something is rebuilt for a request, and then believed. */
  mayReopen(): boolean;
}

type Round = Result<HoldView> | 'AGAIN';

const unavailable = () => refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: RETRY_AFTER_MS });

export function createPlace(deps: PlaceDeps): Place {
  const { ledger, gate, batches, clock, ids, log, names, answers, channelOf } = deps;
  const currencies = new Map<string, string>();

  async function currencyOf(dropId: string): Promise<string> {
    let currency = currencies.get(dropId);
    if (!currency) {
      currency = (await ledger.reads.one<{ currency: string }>(CURRENCY, [dropId]))?.currency ?? '';
      currencies.set(dropId, currency);
    }
    return currency;
  }

  /** The first answer to a repeated request: the hold as the ledger has it, waited for while it is being committed. */
  async function repeated(userId: string, holdId: string, dropId: string): Promise<Round> {
    const deadline = clock.now() + REPEAT_WAIT_MS;
    for (;;) {
      const row = await loadHold(ledger.reads, holdId);
      if (row && row.userId === userId && row.rawStatus !== 'void') return answerOfExisting(row);
      const keys = await gate.keysOf(dropId);
      // Not in the ledger and no longer in the gate: it was refused or forgotten, and is judged afresh.
      if ((row && row.rawStatus === 'void') || !(await gate.has(keys, holdId))) return 'AGAIN';
      if (clock.now() > deadline) return unavailable();
      await clock.sleep(PAUSE_MS);
    }
  }

  function answerOfExisting(row: HoldRow): Result<HoldView> {
    return row.live ? ok(row.view) : refuse('HOLD_EXPIRED', { holdId: row.view.id });
  }

  async function gateSaidNo(
    code: string,
    userId: string,
    request: HoldRequest,
    keys: GateKeys,
    trail: Trail,
  ): Promise<Round> {
    if (code === 'STALE') {
      gate.forget(request.dropId, keys.epoch);
      return 'AGAIN';
    }
    if (code.startsWith('REPEAT:')) return repeated(userId, code.slice('REPEAT:'.length), request.dropId);
    if (code === 'FULL') return unavailable();
    return answers.said(code, userId, request, keys, trail.mayReopen);
  }

  /** The ledger had others for seats the gate thought free, or keeps them for a channel the gate has not heard of. */
  async function seatsWereTaken(
    entry: BatchEntry,
    taken: readonly TakenSeat[],
    keys: GateKeys,
  ): Promise<Round> {
    const mine = new Set(entry.lines.flatMap((line) => line.seats ?? []));
    const gone = taken.map((one) => one.seat).filter((seat) => mine.has(seat));
    if (gone.length === 0) await gate.syncKept(entry.dropId);
    // Nobody chose these seats but the gate: it chooses again, knowing better.
    if (entry.wish?.picks.length === 0) return 'AGAIN';
    return answers.seatsTaken(entry.userId, entry, gone.length > 0 ? gone : [...mine], keys);
  }

  async function ledgerSaid(answer: BatchAnswer, entry: BatchEntry, keys: GateKeys): Promise<Round> {
    switch (answer.code) {
      case 'GRANTED':
        return ok(await grantedView(entry, answer.expiresAt, answer.prices));
      case 'REPEAT':
        // Its own id: an earlier try had committed, and only the answer was lost. The gate has it rightly.
        if (answer.holdId === entry.holdId) await gate.confirm(keys, [entry.holdId]);
        else await gate.credit(keys, [{ holdId: entry.holdId, kind: 'forget' }]);
        return repeated(entry.userId, answer.holdId, entry.dropId);
      case 'STALE':
        gate.forget(entry.dropId, keys.epoch);
        return 'AGAIN';
      case 'VOID':
        await gate.credit(keys, [{ holdId: entry.holdId, kind: 'forget' }]);
        return 'AGAIN';
      case 'AWAY':
        return unavailable();
      case 'SEATS_TAKEN':
        return seatsWereTaken(entry, answer.taken, keys);
      case 'HOLD_EXPIRED':
        return refuse('HOLD_EXPIRED', { holdId: entry.replaces });
      default:
        return refuse(answer.code);
    }
  }

  async function grantedView(entry: BatchEntry, expiresAt: Date, prices: UnitPrice[]): Promise<HoldView> {
    // An exchange keeps more of the old hold than its batch tells.
    if (entry.replaces) return ((await loadHold(ledger.reads, entry.holdId)) as HoldRow).view;
    const currency = await currencyOf(entry.dropId);
    const named = entry.wish && (await names.of(entry.dropId, entry.wish.prefix));
    let totalCents = 0;
    const items = entry.lines.map((line, i) => {
      const { priceCents, feeCents, taxCents } = prices[i] as UnitPrice;
      const unitAllInCents = priceCents + feeCents + taxCents;
      totalCents += unitAllInCents * line.quantity;
      const seats = line.seats && named ? { seats: line.seats.map(named.ref) } : {};
      const unit = {
        unitPriceCents: priceCents,
        unitFeeCents: feeCents,
        unitTaxCents: taxCents,
        unitAllInCents,
      };
      return { tierId: line.tierId, quantity: line.quantity, ...unit, currency, ...seats };
    });
    return {
      id: entry.holdId,
      dropId: entry.dropId,
      status: 'active',
      expiresAt: expiresAt.toISOString(),
      extended: false,
      items,
      totalCents,
      currency,
    };
  }

  /** The lines of a hold with the seats the gate chose; null: it has been emptied since, and knows of none. */
  async function linesOf(request: HoldRequest, entry: BatchEntry, code: string, keys: GateKeys) {
    if (!request.wish) return request.lines;
    const [, prefix, text] = code.split('|');
    const chosen =
      text === undefined
        ? await linesOfSeats(ledger, request.dropId, await gate.seatsOf(keys, entry.holdId))
        : seatLines(text);
    if (chosen.reduce((sum, line) => sum + line.quantity, 0) !== seatsWanted(request.wish)) return null;
    if (prefix) entry.wish = { ...request.wish, prefix };
    return [...request.lines, ...chosen].sort((a, b) => (a.tierId < b.tierId ? -1 : 1));
  }

  async function round(userId: string, request: HoldRequest, trail: Trail): Promise<Round> {
    const keys = await gate.keysOf(request.dropId);
    const entry: BatchEntry = { ...request, holdId: ids.next(), userId, epoch: keys.epoch };
    trail.tried.add(entry.holdId);
    const code = await gate.ask(keys, entry);
    if (code.startsWith('REPEAT:') && trail.tried.has(code.slice('REPEAT:'.length))) {
      // The gate had let it through after all, and only its answer was lost.
      entry.holdId = code.slice('REPEAT:'.length);
    } else {
      trail.tried.delete(entry.holdId);
      if (code !== 'OK' && !code.startsWith('OK|')) return gateSaidNo(code, userId, request, keys, trail);
    }
    const lines = await linesOf(request, entry, code, keys);
    if (!lines) return 'AGAIN';
    entry.lines = lines;
    const answer = await batches.submit(entry);
    settleSoon(entry, answer, keys);
    return ledgerSaid(answer, entry, keys);
  }

  // What the gate must learn is gathered per drop and sent once per turn of the event loop, not once per hold.
  interface Group {
    granted: string[];
    refused: string[];
    left: Map<string, number>;
    taken: Map<number, TakenSeat>;
  }
  const unsettled = new Map<GateKeys, Group>();
  function settleSoon(entry: BatchEntry, answer: BatchAnswer, keys: GateKeys): void {
    if (answer.code !== 'GRANTED' && !('left' in answer)) return;
    if (unsettled.size === 0) setImmediate(settle);
    let group = unsettled.get(keys);
    if (!group) {
      group = { granted: [], refused: [], left: new Map(), taken: new Map() };
      unsettled.set(keys, group);
    }
    if (answer.code === 'GRANTED') group.granted.push(entry.holdId);
    else {
      group.refused.push(entry.holdId);
      for (const [tier, left] of answer.left)
        group.left.set(tier, Math.min(left, group.left.get(tier) ?? left));
      for (const one of answer.taken) group.taken.set(one.seat, one);
    }
  }

  function settle(): void {
    for (const [keys, { granted, refused, left, taken }] of unsettled) {
      const work = [gate.confirm(keys, granted)];
      if (refused.length > 0) work.push(gate.refuse(keys, left, [...taken.values()], refused));
      Promise.all(work).catch((err: Error) => {
        // The ledger has answered; entries left pending are looked up there by the worker.
        log.warn({ err: err.message }, 'gate not told about a batch');
      });
    }
    unsettled.clear();
  }

  return async function place(userId, input) {
    let channel: Result<number>;
    try {
      const judged = channelOf(userId, input);
      channel = judged instanceof Promise ? await judged : judged;
    } catch (err) {
      log.debug({ err: (err as Error).message, dropId: input.dropId }, 'codes could not be looked up');
      return unavailable();
    }
    if (!channel.ok) return channel;
    const request = canonical(input, channel.value);
    if (!request.ok) return request;
    let reopened = false;
    const trail: Trail = {
      tried: new Set(),
      mayReopen: () => {
        const may = !reopened;
        reopened = true;
        return may;
      },
    };
    const giveUpAt = clock.now() + GATE_AWAY_MS;
    for (let i = 0; i < ROUNDS_MAX; i++) {
      try {
        const answer = await round(userId, request.value, trail);
        if (answer !== 'AGAIN') return answer;
      } catch (err) {
        if (err instanceof UnknownDrop) return refuse('NOT_FOUND', { field: 'dropId' });
        // The gate is away, or its reply was lost: whether it took the stock is found out by the same request id.
        log.debug({ err: (err as Error).message, dropId: input.dropId }, 'gate did not answer a hold');
        if (i >= 3 || clock.now() > giveUpAt) return unavailable();
      }
      if (i > 1) await clock.sleep(PAUSE_MS);
    }
    return unavailable();
  };
}
