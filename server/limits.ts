/**
 * Every bound in one place, its unit in its name. Relations between them are asserted at start (`assertLimits`),
 * each with its reason.
 */
export const LIMITS = {
  // -- line and holds (defaults per drop: design section 12)
  claimSecondsDefault: 60,
  turnSecondsDefault: 600,
  holdSecondsDefault: 900,
  maxTurnsDefault: 500,
  limitPerFanDefault: 4,
  /** A hold may stay `paying` this long before the worker asks the provider and decides. */
  payingCapSeconds: 300,

  // -- group commit
  holdBatchMax: 400,
  holdBatchesInFlight: 2,
  joinBatchMax: 500,
  joinBatchesInFlight: 2,
  /** Requests waiting for a batch, per drop and process; more are told to come back. */
  batchQueueMax: 20_000,

  // -- stores
  holdStatementTimeoutMs: 5_000,
  holdLockTimeoutMs: 3_000,
  readStatementTimeoutMs: 5_000,
  poolConnectTimeoutMs: 5_000,
  gateCommandTimeoutMs: 2_000,

  // -- worker
  stepLineEveryMs: 250,
  sweepEveryMs: 500,
  sweepBatchMax: 500,
  auditEveryMs: 2_000,
  /** Drift between gate and ledger seen this many audits in a row reopens the gate. */
  auditDriftRounds: 3,
  /** A gate entry pending longer than this is looked up in the ledger. */
  pendingLookupMs: 10_000,
  workerLeaseMs: 3_000,

  // -- realtime
  tickEveryMs: 250,
  socketPayloadMaxBytes: 16_384,
  socketEventsPerSecond: 20,
  socketEventsBurst: 40,
  socketStaleBufferBytes: 65_536,
  socketStaleCloseMs: 10_000,
  drainSpreadMs: 10_000,
  handshakesPerSecond: 2_000,

  // -- accounts
  accessTokenSeconds: 600,
  refreshTokenDays: 30,
  argonConcurrency: 2,
  argonQueueMax: 200,
  loginFailuresPerAccount: 10,
  loginFailuresPerAddress: 50,
  loginWindowSeconds: 900,

  // -- http
  httpBodyMaxBytes: 65_536,
  httpRequestsPerMinutePerAddress: 600,
  shutdownMs: 30_000,
} as const;

/** @throws Error naming the relation that does not hold. */
export function assertLimits(limits: typeof LIMITS = LIMITS): void {
  const relations: [boolean, string][] = [
    [limits.holdLockTimeoutMs < limits.holdStatementTimeoutMs, 'a lock wait must end before its statement does'],
    [limits.holdStatementTimeoutMs < limits.pendingLookupMs, 'a batch must be over before its pending entries are looked up'],
    [limits.tickEveryMs < limits.workerLeaseMs, 'a lease must outlive a tick'],
    [limits.claimSecondsDefault < limits.turnSecondsDefault, 'a call is shorter than a turn'],
    [limits.drainSpreadMs < limits.shutdownMs, 'sockets must have moved before the process stops'],
  ];
  for (const [holds, reason] of relations) if (!holds) throw new Error(`limits.ts: ${reason}`);
}
