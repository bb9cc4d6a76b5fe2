/**
 * What the gate is owed. The ledger moved first and wrote a `gate_credits` row in the same transaction; here the
 * rows are applied, once each by hold id (rule H11) or refund id (rule F27). A row older than the gate's epoch is dropped (the rebuild has
 * read its effect), an equal one applied, a newer one kept for the gate that is still being loaded.
 */
import type { Logger } from '../kernel/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Credit, HoldGate } from './gate.ts';
import { UnknownDrop } from './reopen.ts';

const NEXT = statement(
  'credits_next',
  'select id, hold_id, user_id, epoch, kind, seats, refund_id, units from ticketing.gate_credits where drop_id = $1 order by id limit $2',
);
const DONE = statement('credits_done', 'delete from ticketing.gate_credits where id = any ($1)');
const OWED = statement('credits_owed', 'select distinct drop_id from ticketing.gate_credits');

const CREDITS_MAX = 500;

interface Row {
  id: number;
  hold_id: string;
  user_id: string;
  epoch: number;
  kind: 'release' | 'complete' | 'move' | 'refund';
  /** Of a move: from, to. Of a refund: the seats that came back. */
  seats: number[] | null;
  refund_id: string | null;
  /** Of a refund: units by tier that have no seats. */
  units: Record<string, number> | null;
}

const creditOf = (row: Row): Credit => ({
  holdId: row.hold_id,
  kind: row.kind,
  seats: row.kind === 'move' && row.seats ? [row.id, ...row.seats] : row.seats,
  ...(row.refund_id ? { refund: { id: row.refund_id, userId: row.user_id, units: row.units ?? {} } } : {}),
});

export interface Credits {
  /** Applies what one drop is owed; the number of rows settled. Safe to run anywhere, any number of times at once. */
  relay(dropId: string): Promise<number>;
  /** The same for every drop with rows waiting. */
  relayAll(): Promise<number>;
}

export function createCredits(deps: { ledger: Ledger; gate: HoldGate; log: Logger }): Credits {
  const { ledger, gate, log } = deps;

  async function round(dropId: string): Promise<number> {
    const rows = await ledger.reads.all<Row>(NEXT, [dropId, CREDITS_MAX]);
    if (rows.length === 0) return 0;
    const keys = await gate.keysOf(dropId);
    const due = rows.filter((row) => row.epoch === keys.epoch);
    if (due.length > 0) {
      const answer = await gate.credit(keys, due.map(creditOf));
      if (answer === 'stale') {
        gate.forget(dropId, keys.epoch);
        return round(dropId);
      }
    }
    const settled = rows.filter((row) => row.epoch <= keys.epoch).map((row) => row.id);
    if (settled.length > 0) await ledger.reads.all(DONE, [settled]);
    return settled.length === CREDITS_MAX ? settled.length + (await round(dropId)) : settled.length;
  }

  return {
    async relay(dropId) {
      try {
        return await round(dropId);
      } catch (err) {
        if (err instanceof UnknownDrop) return 0;
        // The rows stay: the worker's next round finds them.
        log.warn({ err: (err as Error).message, dropId }, 'gate credits not applied yet');
        return 0;
      }
    },
    async relayAll() {
      let settled = 0;
      for (const { drop_id } of await ledger.reads.all<{ drop_id: string }>(OWED))
        settled += await this.relay(drop_id);
      return settled;
    },
  };
}
