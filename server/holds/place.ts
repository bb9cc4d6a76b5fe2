/**
 * Placing a hold: the gate filters, the batch commits, and only then is a fan told "yes" (rules H1–H9).
 *
 *   gate OK ─▶ batch ─▶ GRANTED: told             gate "no" ─▶ told (NO_TURN only after the ledger agreed)
 *                    ─▶ refused: gate set down      gate REPEAT ─▶ the first answer, from the ledger
 *                    ─▶ STALE / VOID: again through the gate
 *                    ─▶ AWAY: TEMPORARILY_UNAVAILABLE, the gate's entry is looked up later
 */
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { type HoldPlace, type HoldView, ok, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { BatchAnswer, BatchEntry, Batches } from './batch.ts';
import type { HoldGate } from './gate.ts';
import type { GateKeys } from './gate-keys.ts';
import { UnknownDrop } from './reopen.ts';
import { canonical, type HoldRequest } from './request.ts';
import { type HoldRow, loadHold } from './view.ts';

const TURN = statement(
  'confirm_turn',
  `select extract(epoch from f.turn_expires_at + (now() - coalesce(d.paused_at, now()))) * 1000 as ms
     from ticketing.fans f join ticketing.drops d on d.id = f.drop_id
    where f.drop_id = $1 and f.user_id = $2 and f.turn_expires_at > coalesce(d.paused_at, now())`,
);
const TIERS = statement(
  'confirm_tiers',
  `select count(*)::int as n from ticketing.ticket_tiers t join ticketing.drops d on d.event_id = t.event_id
    where d.id = $1 and t.id = any ($2) and t.status = 'active'`,
);
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
}

export type Place = (userId: string, input: HoldPlace) => Promise<Result<HoldView>>;

type Round = Result<HoldView> | 'AGAIN';

const unavailable = () => refuse('TEMPORARILY_UNAVAILABLE', { retryAfterMs: RETRY_AFTER_MS });

export function createPlace(deps: PlaceDeps): Place {
  const { ledger, gate, batches, clock, ids, log } = deps;
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

  async function confirmNoTurn(userId: string, dropId: string): Promise<Round> {
    const turn = await ledger.reads.one<{ ms: number }>(TURN, [dropId, userId]);
    if (!turn) return refuse('NO_TURN');
    await gate.grantTurn(dropId, userId, Number(turn.ms));
    return 'AGAIN';
  }

  /** A tier the gate does not know may be newer than the gate. */
  async function confirmNoTier(request: HoldRequest): Promise<Round> {
    const row = await ledger.reads.one<{ n: number }>(TIERS, [
      request.dropId,
      request.lines.map((line) => line.tierId),
    ]);
    if (row?.n !== request.lines.length) return refuse('NOT_FOUND', { field: 'items' });
    await gate.reopen(request.dropId, 'the gate lacked a tier');
    return 'AGAIN';
  }

  async function gateSaidNo(
    code: string,
    userId: string,
    request: HoldRequest,
    keys: GateKeys,
  ): Promise<Round> {
    if (code === 'STALE') {
      gate.forget(request.dropId, keys.epoch);
      return 'AGAIN';
    }
    if (code.startsWith('REPEAT:')) return repeated(userId, code.slice('REPEAT:'.length), request.dropId);
    if (code.startsWith('SOLD_OUT:')) return refuse('SOLD_OUT', { tierId: code.slice('SOLD_OUT:'.length) });
    if (code === 'NO_TURN') return confirmNoTurn(userId, request.dropId);
    if (code === 'NO_TIER') return confirmNoTier(request);
    if (code === 'FULL') return unavailable();
    return refuse(code as 'NOT_OPEN' | 'DROP_PAUSED' | 'LIMIT_EXCEEDED' | 'REQUEST_ID_REUSED');
  }

  async function ledgerSaid(answer: BatchAnswer, entry: BatchEntry, keys: GateKeys): Promise<Round> {
    switch (answer.code) {
      case 'GRANTED':
        return ok(await grantedView(entry, answer.expiresAt, answer.pricesCents));
      case 'REPEAT':
        await gate.credit(keys, [{ holdId: entry.holdId, kind: 'forget' }]);
        return repeated(entry.userId, answer.holdId, entry.dropId);
      case 'STALE':
        gate.forget(entry.dropId, keys.epoch);
        return 'AGAIN';
      case 'VOID':
        await gate.credit(keys, [{ holdId: entry.holdId, kind: 'forget' }]);
        return 'AGAIN';
      case 'AWAY':
        return unavailable();
      default:
        return refuse(answer.code);
    }
  }

  async function grantedView(entry: BatchEntry, expiresAt: Date, pricesCents: number[]): Promise<HoldView> {
    const currency = await currencyOf(entry.dropId);
    let totalCents = 0;
    const items = entry.lines.map((line, i) => {
      const unitPriceCents = pricesCents[i] as number;
      totalCents += unitPriceCents * line.quantity;
      return { tierId: line.tierId, quantity: line.quantity, unitPriceCents, currency };
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

  /** `tried`: hold ids this call has asked the gate for already, without hearing what became of them. */
  async function round(userId: string, request: HoldRequest, tried: Set<string>): Promise<Round> {
    const keys = await gate.keysOf(request.dropId);
    const entry: BatchEntry = { ...request, holdId: ids.next(), userId, epoch: keys.epoch };
    tried.add(entry.holdId);
    const code = await gate.ask(keys, entry);
    if (code.startsWith('REPEAT:') && tried.has(code.slice('REPEAT:'.length))) {
      // The gate had let it through after all, and only its answer was lost.
      entry.holdId = code.slice('REPEAT:'.length);
    } else {
      tried.delete(entry.holdId);
      if (code !== 'OK') return gateSaidNo(code, userId, request, keys);
    }
    const answer = await batches.submit(entry);
    settleSoon(entry, answer, keys);
    return ledgerSaid(answer, entry, keys);
  }

  // What the gate must learn is gathered per drop and sent once per turn of the event loop, not once per hold.
  const unsettled = new Map<GateKeys, { granted: string[]; refused: string[]; left: Map<string, number> }>();
  function settleSoon(entry: BatchEntry, answer: BatchAnswer, keys: GateKeys): void {
    if (answer.code !== 'GRANTED' && !('left' in answer)) return;
    if (unsettled.size === 0) setImmediate(settle);
    let group = unsettled.get(keys);
    if (!group) {
      group = { granted: [], refused: [], left: new Map() };
      unsettled.set(keys, group);
    }
    if (answer.code === 'GRANTED') group.granted.push(entry.holdId);
    else {
      group.refused.push(entry.holdId);
      for (const [tier, left] of answer.left)
        group.left.set(tier, Math.min(left, group.left.get(tier) ?? left));
    }
  }

  function settle(): void {
    for (const [keys, { granted, refused, left }] of unsettled) {
      const work = [gate.confirm(keys, granted)];
      if (refused.length > 0) work.push(gate.refuse(keys, left, refused));
      Promise.all(work).catch((err: Error) => {
        // The ledger has answered; entries left pending are looked up there by the worker.
        log.warn({ err: err.message }, 'gate not told about a batch');
      });
    }
    unsettled.clear();
  }

  return async function place(userId, input) {
    const request = canonical(input);
    if (!request.ok) return request;
    const tried = new Set<string>();
    const giveUpAt = clock.now() + GATE_AWAY_MS;
    for (let i = 0; i < ROUNDS_MAX; i++) {
      try {
        const answer = await round(userId, request.value, tried);
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
