/**
 * One step of one drop's line: the worker's call every quarter of a second (rules Q17–Q27). It looks without locks at what is due and
 * does that, each thing one atomic SQL function that tests again under its lock: two workers stepping at once do no harm.
 */
import type { Clock, Logger, Uuid } from '../kernel/index.ts';
import type { DropPhase } from '../protocol/index.ts';
import { createReadTogether, type Ledger, sqlFile, statement } from '../stores/index.ts';
import type { Beacon } from './beacon.ts';
import { createDraw } from './draw.ts';
import type { LineGate } from './line.ts';

export interface SteppedPlace {
  placeId: Uuid;
  userId: Uuid;
  number: number;
}
export interface CalledPlace extends SteppedPlace {
  claimBy: Date;
}

/** What one step changed, all of it committed. */
export interface StepChange {
  phase: DropPhase;
  called: CalledPlace[];
  /** Calls nobody claimed. */
  lapsed: SteppedPlace[];
  /** Turns whose time is over. */
  expired: SteppedPlace[];
  /** This step gave the lobby its numbers. */
  drawn: boolean;
  /** Something public had changed since the gate was last told. */
  published: boolean;
}

interface Inspected {
  id: Uuid;
  phase: DropPhase;
  version: number;
  hasLine: boolean;
  lobbyDue: boolean | null;
  closeDue: boolean;
  openDue: boolean;
  rootMissing: boolean;
  drawn: boolean;
  beaconRound: number | null;
  beaconSource: string | null;
  endDue: boolean;
  stockDue: boolean;
  settleDue: boolean;
  callDue: boolean;
}

const INSPECT = sqlFile(import.meta.url, 'inspect.sql');
const OPEN_LOBBY = sqlFile(import.meta.url, 'open-lobby.sql');
const SETTLE = statement(
  'queue_settle',
  'select kind, place_id as "placeId", user_id as "userId", number from ticketing.settle_turns($1)',
);
const CALL = statement(
  'queue_call',
  `select place_id as "placeId", user_id as "userId", number, claim_by as "claimBy" from ticketing.call_next($1, $2)`,
);
const STOCK = statement('queue_stock', 'select ticketing.turn_stock($1) as phase');
const FINISH = statement(
  'queue_finish_due',
  `select ticketing.finish_drop($1, 'ended', true, null, null) as done`,
);

export interface StepDeps {
  ledger: Ledger;
  clock: Clock;
  log: Logger;
  gate: LineGate;
  beacon: Beacon | null;
}

export interface StepOptions {
  /** 0 to 1: how much of the cap checkout's health can bear. */
  health?: number;
}

const anythingDue = (due: Inspected): boolean =>
  due.phase === 'drawing' ||
  [due.lobbyDue, due.openDue, due.closeDue, due.settleDue, due.endDue, due.stockDue, due.callDue].includes(
    true,
  );

export type Step = (dropId: Uuid, options?: StepOptions) => Promise<StepChange | null>;

export function createStep(deps: StepDeps): Step {
  const { ledger, log, gate } = deps;
  const pool = ledger.holds;
  const draw = createDraw({ pool, clock: deps.clock, log, beacon: deps.beacon });
  /** Version last told to the gate: joins and claims change the line without telling it each time. */
  const told = new Map<Uuid, number>();
  /** Drops whose last publishing failed: said once, not four times a second. */
  const untold = new Set<Uuid>();

  /** Up to `drawing` and on to `live`; a killed step is taken up where it stopped. */
  async function advance(dropId: Uuid, due: Inspected): Promise<boolean> {
    if (due.lobbyDue) await pool.all(OPEN_LOBBY, [dropId]);
    if (due.openDue) await draw.open(dropId);
    if (due.closeDue && (await draw.close(dropId))) {
      log.info({ dropId }, 'lobby closed');
      // Everybody sees the doors close before the counting begins.
      await publish(dropId, null);
      await draw.publishRoot(dropId);
    } else if (due.phase === 'drawing' && due.rootMissing) await draw.publishRoot(dropId);
    if (due.phase !== 'drawing' && !due.closeDue) return false;
    const now = (await look(dropId))!;
    if (now.phase !== 'drawing' || now.rootMissing) return false;
    const { beaconSource: source, beaconRound: round } = now;
    const fixed = source !== null && round !== null ? { source, round } : null;
    const outcome = now.drawn ? 'DONE' : await draw.drawNumbers(dropId, fixed);
    if (outcome !== 'DRAWN' && outcome !== 'DONE') return false;
    const opened = await draw.open(dropId);
    if (opened) log.info({ dropId }, 'drawn and open');
    return opened;
  }

  /** A worker steps all open drops at once: one statement looks at them, not one each. */
  const together = createReadTogether<Uuid, Inspected>(pool, {
    statement: INSPECT,
    values: (dropIds) => [dropIds],
    keyOf: (dropId) => dropId,
    keyOfRow: (row) => row.id,
  });
  const look = async (dropId: Uuid) => (await together(dropId.toLowerCase()))[0];

  async function publish(dropId: Uuid, version: number | null): Promise<void> {
    try {
      await gate.publish(dropId);
      if (version !== null) told.set(dropId, version);
      untold.delete(dropId);
    } catch (err) {
      // The ledger has it; the next step tells the gate again.
      if (!untold.has(dropId)) log.warn({ err, dropId }, 'state not published');
      untold.add(dropId);
    }
  }

  return async function step(dropId, options = {}) {
    let due = await look(dropId);
    if (!due) return null;
    const drawn = await advance(dropId, due);
    const settled = due.settleDue
      ? await pool.all<SteppedPlace & { kind: 'expired' | 'lapsed' }>(SETTLE, [dropId])
      : [];
    const of = (kind: string) =>
      settled.filter((s) => s.kind === kind).map(({ kind: _kind, ...place }) => place);
    const expired = of('expired');
    await Promise.all(expired.map((place) => gate.endTurn(dropId, place.userId)));
    if (due.endDue && due.phase !== 'ended' && due.phase !== 'canceled') await pool.all(FINISH, [dropId]);
    if (due.stockDue) await pool.all(STOCK, [dropId]);
    const called =
      due.callDue || settled.length > 0 || drawn
        ? await pool.all<CalledPlace>(CALL, [dropId, options.health ?? 1])
        : [];
    // Nothing was done, so nothing is different; what others did meanwhile is the next step's.
    if (anythingDue(due)) due = (await look(dropId)) ?? due;
    const published = told.get(dropId) !== due.version;
    if (published) await publish(dropId, due.version);
    if (due.phase === 'ended' || due.phase === 'canceled') {
      told.delete(dropId);
      untold.delete(dropId);
    }
    return { phase: due.phase, called, lapsed: of('lapsed'), expired, drawn, published };
  };
}
