/** Stores, edges, the worker and what stands between them. */
export const MACHINES = {
  // -- group commit
  /** Requests in one call of the gate: about 2 ms of Redis. */
  gateAskMax: 150,
  gateAsksInFlight: 2,
  /** Seats offered instead of others are kept for their fan this long. */
  offerMs: 8_000,
  /** Offers searched for, per process; and those searched for in the whole house when nothing near is free. */
  offersPerSecond: 200,
  farOffersPerSecond: 20,
  offersPerFanPerMinute: 5,
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
  /** Past its own time-out a statement's answer is waited for this much longer, then given up. */
  ledgerAnswerMs: 2_000,
  gateCommandTimeoutMs: 2_000,

  // -- cache
  cacheFreshMs: 300_000,
  /** Copies stay this long, for when the ledger is away. */
  cacheKeptMs: 86_400_000,
  /** A cache that has not answered by then is done without, and left alone for a moment. */
  cacheTimeoutMs: 100,
  cacheRestMs: 1_000,
  cacheCopyTimeoutMs: 1_500,
  /** A writer whose word did not get through waits this long for the connection to come back. */
  cacheOwedWaitMs: 1_000,
  /** One loads what many ask for; the others look again this often, and load by themselves after that long. */
  cacheLeaseMs: 5_000,
  cachePollMs: 20,
  cacheWaitMs: 1_000,
  /** On average one of its readers renews an entry so long before its end. */
  cacheRenewMs: 5_000,
  cacheTagsMax: 10_000,
  /** Entries of the cache that one process keeps read. */
  cacheMemoryBytes: 33_554_432,
  /** A copy of something personal is written again when it is that old, though nothing changed. */
  cacheCopyAgainMs: 600_000,
  cacheCopiesRememberedMax: 50_000,

  // -- worker
  stepLineEveryMs: 250,
  sweepEveryMs: 500,
  sweepBatchMax: 500,
  releaseChannelsEveryMs: 1_000,
  /** Channels whose time has come that are let go in one round. */
  releaseChannelsMax: 20,
  /** How far the figures of what is sold may be behind on fans' pages. */
  publishEveryMs: 1_000,
  auditEveryMs: 2_000,
  /** Drift between gate and ledger seen this many audits in a row reopens the gate. */
  auditDriftRounds: 3,
  /** Single seats are compared every so many audits: reading 60,000 takes 50 ms. */
  auditSeatsRounds: 4,
  /** A gate entry pending longer than this is looked up in the ledger. */
  pendingLookupMs: 10_000,
  workerLeaseMs: 3_000,
  pendingEveryMs: 2_000,
  recoverEveryMs: 2_000,
  outboxEveryMs: 500,
  outboxBatchMax: 500,
  /** Jobs a worker runs at once, and has fetched beyond those; what it cannot begin within jobsKeptMs goes back. */
  jobsAtOnce: 4,
  jobsFetchedMax: 100,
  jobsKeptMs: 30_000,
  /** Finished jobs are struck off together this often. */
  jobsFinishedEveryMs: 10,
  jobHeartbeatMs: 3_000,
  /** A worker not seen for this long is dead: its jobs are unlocked. */
  jobUnlockMs: 15_000,
  purgeEveryMs: 60_000,
  purgeBatchMax: 5_000,
  /** Batch ids are only asked about while a batch's outcome is unknown: seconds. */
  keepBatchesSeconds: 3_600,
  /** What the gate knows of its fans is kept this long after a drop has ended. */
  keepGateSeconds: 86_400,
  keepIdempotencySeconds: 172_800,
  keepSessionsSeconds: 604_800,

  // -- realtime
  tickEveryMs: 250,
  socketPayloadMaxBytes: 16_384,
  socketEventsPerSecond: 20,
  socketEventsBurst: 40,
  socketStaleBufferBytes: 65_536,
  socketStaleCloseMs: 10_000,
  drainSpreadMs: 10_000,
  /** Ctrl-C on a laptop should not take ten seconds. */
  drainSpreadDevelopmentMs: 500,
  handshakesPerSecond: 2_000,
  /** All sockets of one account together. */
  accountEventsPerSecond: 40,
  accountEventsBurst: 80,
  socketsPerAccount: 20,
  watchedPerSocket: 20,
  /** Unread bytes beyond this close a socket at once: what one reader may cost in memory. */
  socketBufferMaxBytes: 1_048_576,
  bufferCheckEveryMs: 200,
  /** A queue tick is repeated after this long without news: pages show older state as old. */
  tickRepeatMs: 2_000,
  /** So is the position of a drop's seats. */
  seatsRepeatMs: 4_000,
  /** Drops whose seats an API process keeps encoded for whoever polls them. */
  shownDropsMax: 100,
  /** Counts that change all the time (lobby, turns in use) are sent no more often than this. */
  softStateEveryMs: 1_000,
  salesEveryMs: 1_000,
  salesRepeatMs: 15_000,
  statusEveryMs: 1_000,
  /** A revoked session's sockets are cut within this, twice. */
  sessionCheckEveryMs: 2_000,
  socketConnectMs: 5_000,
  /** After the drain's spread, unfinished events have this long before their sockets are cut. */
  drainGraceMs: 5_000,

  // -- breakers (server to service)
  breakerBackoffMs: 5_000,
  breakerRetries: 4,
  breakerCooldownMs: 120_000,
  /** A pause before a retry is up to this share longer, at random. */
  breakerJitterShare: 0.2,
  /** Whoever hears that payments are paused is asked to wait at least this long. */
  pausedRetryMs: 1_000,
  /** Our own stores are looked at this often; so many misses in a row and they count as away. */
  healthEveryMs: 2_000,
  healthMissesUnavailable: 4,
  healthTimeoutMs: 1_500,

  // -- http
  httpBodyMaxBytes: 65_536,
  /** A map of 65,000 seats, every one written out and indented, is about 16 MB. */
  mapBodyMaxBytes: 25_165_824,
  /** Looking at a large map takes most of a second. */
  mapImportsPerMinute: 10,
  mapsPerVendorMax: 200,
  /** Geometries a process keeps ready: up to 1.5 MB each. */
  mapsCachedMax: 32,
  httpRequestsPerMinutePerAddress: 600,
  shutdownMs: 30_000,

  // -- operations: what waits longer than this for the worker is shown as late
  lateHoldsSeconds: 10,
  lateTurnsSeconds: 10,
  lateOpeningsSeconds: 30,
  latePaymentsSeconds: 360,
  lateOutboxSeconds: 30,
  lateCreditsSeconds: 30,
  /** A worker not seen for this long is not counted as alive. */
  workerLateSeconds: 30,
} as const;
