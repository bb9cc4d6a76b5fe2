/**
 * The draw in its steps (rules Q10–Q17), each a transaction of its own that whoever comes next can repeat:
 *
 *   lobby ──close──▶ drawing ──root──▶ root published ──(beacon)──▶ numbers ──open──▶ live
 *
 * All of it happens inside the ledger: 100,000 places are hashed, sorted and numbered where they lie, so that no process
 * stands still for it. protocol/draw-verify.ts recomputes it independently from what is public.
 */
import type { Clock, Logger, Uuid } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { type Pool, statement } from '../stores/index.ts';
import { type Beacon, type BeaconValue, roundAfter, roundAfterClose } from './beacon.ts';
import { patiently } from './patiently.ts';

const CLOSE = statement('queue_close', 'select ticketing.close_lobby($1, $2, $3, $4) as done');
const ROOT = statement('queue_root', 'select ticketing.publish_root($1) as done');
const DRAW = statement('queue_draw', 'select ticketing.draw_numbers($1, $2, $3) as outcome');
const OPEN = statement('queue_open', 'select ticketing.open_drop($1) as done');

export type DrawOutcome = 'DRAWN' | 'DONE' | 'WAITING' | 'NOT_CLOSED';

export interface FixedRound {
  source: string;
  round: number;
}

export interface DrawDeps {
  pool: Pool;
  clock: Clock;
  log: Logger;
  /** The configured beacon; null: drops are drawn without one. */
  beacon: Beacon | null;
}

export interface Draw {
  close(dropId: Uuid): Promise<boolean>;
  publishRoot(dropId: Uuid): Promise<boolean>;
  /** `fixed`: the beacon round fixed for this draw, or null. */
  drawNumbers(dropId: Uuid, fixed: FixedRound | null): Promise<DrawOutcome>;
  open(dropId: Uuid): Promise<boolean>;
}

export function createDraw(deps: DrawDeps): Draw {
  const { pool, clock, log, beacon } = deps;

  const done = (s: typeof CLOSE, values: unknown[]) =>
    patiently(pool, async (tx) => (await tx.one<{ done: boolean }>(s, values))!.done);

  async function beaconValue(dropId: Uuid, fixed: FixedRound): Promise<BeaconValue | null> {
    if (beacon?.source !== fixed.source) {
      log.error(
        { dropId, ...fixed, configured: beacon?.source ?? null },
        'this draw waits for another beacon',
      );
      return null;
    }
    try {
      return await beacon.fetch(fixed.round, AbortSignal.timeout(LIMITS.beaconTimeoutMs));
    } catch (err) {
      // Late, unreachable or nonsense: the draw waits, and the next step asks again.
      log.warn({ err, dropId, ...fixed }, 'beacon');
      return null;
    }
  }

  return {
    close: (dropId) => {
      const now = new Date(clock.now());
      const rounds = beacon
        ? [beacon.source, roundAfter(beacon, now), roundAfterClose(beacon, now)]
        : [null, null, null];
      return done(CLOSE, [dropId, ...rounds]);
    },
    publishRoot: (dropId) => done(ROOT, [dropId]),
    async drawNumbers(dropId, fixed) {
      const value = fixed ? await beaconValue(dropId, fixed) : null;
      if (fixed && !value) return 'WAITING';
      return patiently(pool, async (tx) => {
        const values = [dropId, value?.randomness ?? null, value?.signature ?? null];
        return (await tx.one<{ outcome: DrawOutcome }>(DRAW, values))!.outcome;
      });
    },
    open: (dropId) => done(OPEN, [dropId]),
  };
}
