/** Holds: what a fan sets aside, and the gate in front of the ledger that decides it. RULES.md says what holds here. */
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { createGuessing, createPresale } from '../pricing/index.ts';
import type { HoldSwap, HoldView, Result } from '../protocol/index.ts';
import type { Ledger, Redis } from '../stores/index.ts';
import { createRateLimiter } from '../transport/index.ts';
import { createKeepers, type Keepers } from './audit.ts';
import { createBatches } from './batch.ts';
import { createChannelOf } from './channel-codes.ts';
import { createCredits } from './credits.ts';
import { createGate, type Gate } from './gate.ts';
import { createGateAnswers } from './gate-answers.ts';
import { createOffer } from './offer.ts';
import { createPlace, type Place } from './place.ts';
import { createPurgeGates, type PurgeGates } from './purge.ts';
import { createRelease, type Release } from './release.ts';
import { createSeatNaming } from './seat-names.ts';
import { createSwap } from './swap.ts';
import { loadLiveHolds } from './view.ts';

export type { Gate } from './gate.ts';
export type { Ended } from './release.ts';
export { holdSocketHandlers } from './socket.ts';

export interface Holds extends Release, Keepers {
  /** All or nothing; "yes" only after the ledger has committed. */
  place: Place;
  /** Exchanges a hold for another, in one step. */
  swap(userId: string, input: HoldSwap): Promise<Result<HoldView>>;
  /** The fan's live holds in a drop, oldest first. */
  mine(userId: string, dropId: string): Promise<HoldView[]>;
  /** Tells the gate of one drop what the ledger freed or sold; rows that fail stay for the worker. */
  settle(dropId: string): Promise<number>;
  relayCredits(): Promise<number>;
  /** Gives up what the gate kept of sales that are long over. */
  purgeGates: PurgeGates;
  /** Resolves once no hold waits for its batch. */
  idle(): Promise<void>;
  readonly gate: Gate;
}

export interface HoldsDeps {
  ledger: Ledger;
  gate: Redis;
  clock: Clock;
  ids: Ids;
  log: Logger;
  /** Overrides for tests, ms. */
  pendingLookupMs?: number;
  resolveForMs?: number;
}

export function createHolds(deps: HoldsDeps): Holds {
  const { ledger, clock, ids, log } = deps;
  const gate = createGate(deps);
  const batches = createBatches({ pool: ledger.holds, clock, ids, log, resolveForMs: deps.resolveForMs });
  const credits = createCredits({ ledger, gate, log });
  const names = createSeatNaming(ledger.reads);
  const offer = createOffer({ gate: deps.gate, clock, names });
  const answers = createGateAnswers({ ledger, gate, names, offer });
  const limiter = createRateLimiter({ redis: deps.gate, clock, log });
  const presale = createPresale({ ledger, clock, log });
  const channelOf = createChannelOf({ ledger, presale, guessing: createGuessing(limiter) });
  const place = createPlace({ ledger, gate, batches, clock, ids, log, names, answers, channelOf });
  return {
    place,
    swap: createSwap({ ledger, place, credits }),
    ...createRelease({ ledger, credits }),
    ...createKeepers({ ledger, gate, ids, log, pendingLookupMs: deps.pendingLookupMs }),
    mine: (userId, dropId) => loadLiveHolds(ledger.reads, userId, dropId),
    settle: credits.relay,
    relayCredits: () => credits.relayAll(),
    purgeGates: createPurgeGates(deps),
    idle: batches.idle,
    gate,
  };
}
