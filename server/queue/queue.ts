/** The slice put together: what the edges and the worker call. */
import type { Clock, Ids, Logger, Uuid } from '../kernel/index.ts';
import type { KeyRing } from '../keys/index.ts';
import type {
  DrawPlace,
  DrawProof,
  DrawView,
  DropState,
  HoldView,
  MineView,
  PlaceView,
  Result,
} from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { Beacon } from './beacon.ts';
import { change, type DropChange } from './change.ts';
import { claim, type Turn } from './claim.ts';
import { drawOf, drawPlaces } from './draw-record.ts';
import { createJoin, type Join } from './join.ts';
import { type Left, leave } from './leave.ts';
import type { LineGate } from './line.ts';
import { type NumberedPlace, numbersOf } from './numbers.ts';
import { type Actor, createOperate, type Operate } from './operate.ts';
import { mineOf, placeOf } from './place-view.ts';
import { createProofs } from './proof.ts';
import { createStep, type Step } from './step.ts';

export interface QueueDeps {
  ledger: Ledger;
  gate: LineGate;
  keys: KeyRing;
  clock: Clock;
  ids: Ids;
  log: Logger;
  holdsOf(userId: Uuid, dropId: Uuid): Promise<HoldView[]>;
  /** Off unless configured: then draws wait for a public random round. */
  beacon?: Beacon | null;
}

export interface Queue extends Join, Operate {
  step: Step;
  claim(dropId: Uuid, userId: Uuid): Promise<Result<{ turn: Turn }>>;
  leave(dropId: Uuid, userId: Uuid): Promise<Result<Left>>;
  change(actor: Actor, dropId: Uuid, wanted: DropChange): Promise<Result<DropState>>;
  stateOf(dropId: Uuid): Promise<DropState | null>;
  placeOf(dropId: Uuid, userId: Uuid): Promise<Result<PlaceView>>;
  mineOf(dropId: Uuid, userId: Uuid): Promise<Result<MineView>>;
  /** For an edge that tells its own fans their numbers after a draw. */
  numbersOf(dropId: Uuid, userIds: readonly Uuid[]): Promise<NumberedPlace[]>;
  drawOf(dropId: Uuid): Promise<Result<DrawView>>;
  drawPlaces(draw: DrawView): AsyncGenerator<DrawPlace[]>;
  proofOf(dropId: Uuid, placeId: Uuid): Promise<Result<DrawProof>>;
}

export function createQueue(deps: QueueDeps): Queue {
  const { ledger, gate, keys, clock, ids, log } = deps;
  const beacon = deps.beacon ?? null;
  const pool = ledger.holds;
  const joins = createJoin({ pool, clock, ids, keys, log });
  const operating = { pool, gate, log };
  const viewing = { reads: ledger.reads, keys, clock, holdsOf: deps.holdsOf };
  return {
    join: joins.join,
    idle: joins.idle,
    get waiting() {
      return joins.waiting;
    },
    step: createStep({ ledger, clock, log, gate, beacon }),
    claim: (dropId, userId) => claim({ pool, keys, gate }, dropId, userId),
    leave: (dropId, userId) => leave({ pool, gate }, dropId, userId),
    ...createOperate(operating),
    change: (actor, dropId, wanted) => change({ ...operating, clock, beacon }, actor, dropId, wanted),
    stateOf: (dropId) => gate.read(dropId),
    placeOf: (dropId, userId) => placeOf(viewing, dropId, userId),
    mineOf: (dropId, userId) => mineOf(viewing, dropId, userId),
    numbersOf: (dropId, userIds) => numbersOf(ledger.reads, dropId, userIds),
    drawOf: (dropId) => drawOf(ledger.reads, dropId),
    drawPlaces: (draw) => drawPlaces(ledger.reads, draw),
    ...createProofs(ledger.reads),
  };
}
