/**
 * What the gate kept of a sale that is long over: who had a turn, who asked for what. Redis must not evict, so what is
 * never asked for again is given up by us, or a machine that sells for months fills up. State and stock stay, a few
 * hundred bytes: pages still show them, and `place.lua` says NOT_OPEN by them (rule H17).
 */
import { LIMITS } from '../limits.ts';
import { type Ledger, type Redis, statement } from '../stores/index.ts';
import { gateKeys, seatKeys } from './gate-keys.ts';

const OVER = statement(
  'drops_long_over',
  `select id, epoch from ticketing.drops
    where phase in ('ended', 'canceled') and ended_at < now() - make_interval(secs => $1)
      and ended_at > now() - make_interval(secs => $1) - interval '30 days'`,
);

/** Resolves with the number of hashes that went. */
export type PurgeGates = () => Promise<number>;

export function createPurgeGates({ ledger, gate }: { ledger: Ledger; gate: Redis }): PurgeGates {
  return async () => {
    const drops = await ledger.reads.all<{ id: string; epoch: number }>(OVER, [LIMITS.keepGateSeconds]);
    const gone = await Promise.all(
      drops.map(({ id, epoch }) => {
        const keys = gateKeys(id, epoch);
        const { fans, turns, requests, holds, pending, refunds } = keys;
        return gate.unlink(fans, turns, requests, holds, pending, refunds, ...seatKeys(keys));
      }),
    );
    return gone.reduce((sum, n) => sum + n, 0);
  };
}
