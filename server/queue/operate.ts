/** What a vendor (own drops) or an operator does to a running sale (rules Q27–Q30); each is logged with its reason. */
import type { Logger, Uuid } from '../kernel/index.ts';
import { type DropState, ok, type Result, type Role, refuse } from '../protocol/index.ts';
import { type Pool, statement } from '../stores/index.ts';
import type { LineGate } from './line.ts';
import { patiently } from './patiently.ts';

export interface Actor {
  id: Uuid;
  role: Role;
}

export interface OperateDeps {
  pool: Pool;
  gate: LineGate;
  log: Logger;
}

export interface Operate {
  /** Refuses NOT_FOUND (not yours), INVALID_STATE. */
  pause(actor: Actor, dropId: Uuid, reason: string): Promise<Result<DropState>>;
  resume(actor: Actor, dropId: Uuid, reason?: string): Promise<Result<DropState>>;
  end(actor: Actor, dropId: Uuid, reason?: string): Promise<Result<DropState>>;
  cancel(actor: Actor, dropId: Uuid, reason?: string): Promise<Result<DropState>>;
}

const MAY_OPERATE = statement(
  'queue_may_operate',
  `select exists (select 1 from ticketing.drops d join events.events e on e.id = d.event_id
     where d.id = $1 and ($3 = 'operator' or ($3 = 'vendor' and e.vendor_id = $2))) as may`,
);
const PAUSE = statement('queue_pause', 'select ticketing.pause_drop($1, $2, $3) as outcome');
const RESUME = statement('queue_resume', 'select ticketing.resume_drop($1, $2, $3) as outcome');
const FINISH = statement(
  'queue_finish',
  `select case when ticketing.finish_drop($1, $4, false, $2, $3) then 'OK' else 'INVALID_STATE' end as outcome`,
);

/** Whether this account may operate the drop. What is not one's own does not exist. */
export async function mayOperate(pool: Pool, actor: Actor, dropId: Uuid): Promise<boolean> {
  return (await pool.one<{ may: boolean }>(MAY_OPERATE, [dropId, actor.id, actor.role]))!.may;
}

/** Tells the gate what the ledger has committed, and reads the state back. @throws never for a gate that is away */
export async function tell(
  deps: OperateDeps,
  dropId: Uuid,
  how: 'publish' | 'reopen',
): Promise<Result<DropState>> {
  try {
    if (how === 'reopen') await deps.gate.reopen(dropId, 'the sale was resumed');
    else await deps.gate.publish(dropId);
  } catch (err) {
    // The next step publishes again, and a gate that was away is reopened before it is trusted.
    deps.log.warn({ err, dropId }, 'state not published');
  }
  const state = await deps.gate.read(dropId);
  return state ? ok(state) : refuse('NOT_FOUND');
}

export function createOperate(deps: OperateDeps): Operate {
  async function run(
    s: typeof PAUSE,
    actor: Actor,
    dropId: Uuid,
    values: unknown[],
    how: 'publish' | 'reopen' = 'publish',
  ): Promise<Result<DropState>> {
    if (!(await mayOperate(deps.pool, actor, dropId))) return refuse('NOT_FOUND');
    // A resume moves the end of every live hold and turn: 3 s for 50,000.
    const { outcome } = await patiently(
      deps.pool,
      async (tx) => (await tx.one<{ outcome: 'OK' | 'INVALID_STATE' }>(s, [dropId, actor.id, ...values]))!,
    );
    return outcome === 'OK' ? tell(deps, dropId, how) : refuse('INVALID_STATE');
  }

  return {
    pause: (actor, dropId, reason) => run(PAUSE, actor, dropId, [reason]),
    // The gate learns every turn's and hold's new end by being rebuilt.
    resume: (actor, dropId, reason) => run(RESUME, actor, dropId, [reason ?? null], 'reopen'),
    end: (actor, dropId, reason) => run(FINISH, actor, dropId, [reason ?? null, 'ended']),
    cancel: (actor, dropId, reason) => run(FINISH, actor, dropId, [reason ?? null, 'canceled']),
  };
}
