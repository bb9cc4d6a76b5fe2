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

  // -- checkout
  /** A provider that has not answered by then is asked again later; the fan is told `paying`. */
  paymentAnswerMs: 3_000,
  /** A second submit of the same payment waits this long for the first one's outcome. */
  paymentWaitMs: 8_000,
  /** An open payment is asked about after each of these pauses; the last one goes on. */
  paymentRetryPausesMs: [5_000, 10_000, 20_000, 40_000, 60_000],
  recoverBatchMax: 100,
  /** Of these so many are asked about at once. */
  recoverAtOnce: 10,

  // -- refunds
  /** A provider that has not answered by then is asked again later. */
  refundAnswerMs: 10_000,
  /** A refund on its way is asked about after each of these pauses; the last one goes on. */
  refundRetryPausesMs: [5_000, 10_000, 20_000, 40_000, 60_000],
  refundBatchMax: 50,
  refundEveryMs: 1_000,
  /** Tickets given back in one request. */
  refundTicketsMax: 50,
  refundReasonMax: 500,
  /** Orders in one transaction of checkout, and how many of those run at once, per kind and drop. */
  checkoutBatchMax: 100,
  checkoutBatchesInFlight: 2,

  // -- prices
  /** What is in presale is read again after this; and not believed any more after that. */
  presaleFreshMs: 1_000,
  presaleStaleMs: 5_000,
  /** Drops whose presales one process keeps in mind. */
  presaleDropsMax: 10_000,
  /** A hold that a presale code opened is booked long before. */
  keepPresaleGrantsSeconds: 604_800,
  followRulesEveryMs: 1_000,
  popularityEveryMs: 60_000,
  endEventsEveryMs: 60_000,
  endEventsMax: 500,
  /** Tiers whose rule says another price that are changed in one round. */
  followRulesMax: 50,

  // -- points
  /** Earned for each 1.00 paid in money; each takes one minor unit off a later order. */
  pointsPer100Cents: 5,

  // -- recommendations
  /** Looks at events that wait to be written; a process that ends suddenly loses them, and more are not kept. */
  viewsWaitingMax: 10_000,
  viewsEveryMs: 1_000,
  keepViewsSeconds: 15_552_000,
  purgeViewsEveryMs: 600_000,
  /** What happened since the last model is looked for this often; without anything new there is a new one after a day. */
  trainEveryMs: 600_000,
  retrainSeconds: 86_400,
  learnedBackDays: 730,
  learnedDeedsMax: 1_000_000,
  learnedEventsMax: 50_000,
  learnPageMax: 2_000,
  trainGiveUpMs: 900_000,
  trainMemoryMb: 1_536,
  modelsKept: 3,
  /** Whoever asks is shown what sells when nothing could be picked for them by then. */
  recommendMs: 400,
  recommendAtOnce: 4,
  recommendationsMax: 50,
  /** Events to come, and the newest model, are read again after this. */
  stageFreshMs: 30_000,
  candidatesMax: 50_000,

  // -- pages of lists
  pageDefault: 50,
  pageMax: 200,
  reportRowsMax: 10_000,
  affiliatesPerVendor: 500,
  // -- previews of links
  /** What is told of an event is looked up again after this; whoever comes first waits no longer than that for it. */
  previewFreshMs: 10_000,
  previewWaitMs: 250,
  /** After a look that failed nobody waits for another one for so long. */
  previewPauseMs: 1_000,
  previewsKept: 1_000,
  previewLooksAtOnce: 4,
  cardsKept: 48,
  cardsWaitingMax: 8,
  cardsPerMinute: 120,
  /** An event is listed as to come until so long after its start. */
  listedAfterStartHours: 6,
  /** Values a facet names; the rarest are left out. */
  facetValuesMax: 30,

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

  // -- draw
  /** A draw of a million places still ends within this. */
  drawStatementTimeoutMs: 60_000,
  beaconTimeoutMs: 3_000,
  /** Accounts asked for at once when an edge tells its fans their numbers. */
  numbersPageMax: 2_000,
  /** Places in one page of the public list. */
  drawPageMax: 5_000,

  // -- payments
  /** A provider that has not answered by then counts as failing; its answer is still waited for elsewhere. */
  providerTimeoutMs: 30_000,
  /** A single call to Stripe that was not answered by then is given up; shorter, so that the breaker hears why. */
  stripeTimeoutMs: 20_000,
  /** Requests of one address about payment links: a box office behind one address sells in a row. */
  paymentLinkPerMinute: 120,

  // -- ways to pay
  methodsPerVendorMax: 50,
  /** Each new credential asks its provider whose it is. */
  methodChangesPerMinute: 60,
  /** Providers with a vendor's own credentials that a process keeps ready. */
  ownProvidersMax: 500,
  /** A removed way that nobody paid through is forgotten, credentials and all, once no payment can still be beginning. */
  keepRemovedMethodsSeconds: 86_400,

  // -- pages that show a provider's card form
  /** Whether any vendor has an account whose form pages must be able to load is looked up again after this, and waited for this long. */
  cardFormsFreshMs: 5_000,
  cardFormsWaitMs: 500,
  /** A way that was switched off or removed may still owe a fan a bank's step: its form is allowed for this much longer. */
  cardFormsAfterSeconds: 3_600,

  // -- webhooks
  /** Stripe's largest events have some tens of kilobytes. */
  webhookBodyMaxBytes: 262_144,
  /** How old a signature may be. */
  webhookToleranceSeconds: 300,
  /** The runner pauses for e^n s before the n-th try: ten of them last three and a half hours. */
  webhookTriesMax: 10,
  /** What an event is about may not be written down yet; after so many tries (half a minute) it is somebody else's. */
  webhookUnknownTries: 4,
  /** Sent again after this long, an event would be looked at once more, to no effect. */
  keepWebhooksSeconds: 3_024_000,

  // -- delivery
  /** Mails a worker has on their way at once. */
  mailsInFlight: 4,
  /** Between two looks for mails that are due. */
  mailsEveryMs: 500,
  /** A mail server that has not taken a mail by then counts as silent; the mail is tried again. */
  mailTimeoutMs: 30_000,
  /** Silence on the wire that ends a connection to the mail server. */
  mailSilenceMs: 15_000,
  /** A mail whose sender died is taken up by another after this. */
  mailLeaseSeconds: 120,
  /** A mail is tried again after each of these pauses; the last one goes on. */
  mailRetryPausesSeconds: [5, 20, 60, 300, 900, 1_800, 3_600],
  /** And given up after three days, as mail servers do. */
  mailGiveUpSeconds: 259_200,
  /** A whole message in the local mailbox is let go of 90 days after it was sent; its row stays. */
  keepMailMessagesSeconds: 7_776_000,
  /** How often an order's owner may have its tickets sent again. */
  resendsPerHour: 5,
  /** A document that takes longer is given up. */
  pressJobMs: 20_000,
  pressQueueMax: 500,
  pressMemoryMb: 256,
  documentsPerMinute: 60,

  // -- notifications
  devicesPerAccountMax: 20,
  remindersPerAccountMax: 200,
  pushTestsPerMinute: 5,
  pushTimeoutMs: 10_000,
  pushAnswerMaxBytes: 4_096,
  pushSocketsPerHost: 50,
  pushIdleMs: 60_000,
  /** A service that refuses a device this often in a row knows it no more. */
  pushFailuresMax: 5,
  /** A notice whose sender died is taken up by another after this. */
  noticeLeaseSeconds: 60,
  noticesAtOnce: 50,
  noticesEveryMs: 500,
  /** One round of a fan's devices is tried again after each of these pauses; the last one goes on. */
  noticeRetryPausesSeconds: [2, 5, 15, 60, 300, 900],
  keepNoticesSeconds: 2_592_000,
  /** Whoever is expected to be called within this is told; and told again to come only if it is still less than the second. */
  turnSoonSeconds: 300,
  turnSoonMostSeconds: 600,
  /** Nobody needs to be told of a turn that is nearer than this. */
  turnSoonLeastSeconds: 45,
  findCalledEveryMs: 500,
  findSoonEveryMs: 5_000,
  doorsSoonSeconds: 600,
  findRemindersEveryMs: 10_000,
  /** The day before is told from this hour on at the venue, and not after so long. */
  dayBeforeHour: 10,
  dayBeforeLateSeconds: 21_600,
  findDayBeforeEveryMs: 60_000,
  /** Edits that follow each other are told as one. */
  eventMovedDelaySeconds: 120,
  suggestEveryMs: 600_000,
  suggestPauseSeconds: 604_800,
  suggestionsPerNotice: 3,
  /** Notices written in one statement. */
  noticesFoundMax: 5_000,

  // -- pictures
  /** A picture that somebody sends, and how many pixels it may have: phones make up to fifty million. */
  pictureBytesMax: 15_728_640,
  picturePixelsMax: 60_000_000,
  pictureDecodeSeconds: 20,
  /** Uploads in one process at once: each may hold a whole file in memory. */
  uploadsAtOnce: 6,
  uploadRetryMs: 5_000,
  /** From a crowded hall a picture takes its time; anything else that is sent does not. */
  uploadMs: 60_000,
  bodyMs: 15_000,
  uploadsPerMinute: 20,
  picturesPerFanAndEvent: 10,
  pictureCaptionMax: 300,
  pictureReasonMax: 500,
  reportsPerMinute: 10,
  /** How long a night is taken to last, from its start on. */
  nightSeconds: 10_800,
  /** An upload that is still storing after this was killed. */
  pictureStoringSeconds: 900,
  clearPicturesEveryMs: 60_000,
  clearPicturesMax: 50,
  /** Files without a row are left alone this long, and looked for this often. */
  strayFilesSeconds: 86_400,
  strayFilesEveryMs: 3_600_000,
  /** A bucket's patience: connecting, one answer, and one call with its retry. */
  storeConnectMs: 3_000,
  storeAnswerMs: 10_000,
  storeGiveUpMs: 25_000,

  // -- reconciliation
  /** What changed a moment ago is in flight: ledger and provider are compared once it has been quiet this long. */
  reconcileGraceSeconds: 900,
  /** A run begins this long before the last good one did: for what was in flight then, and for clocks that differ. */
  reconcileOverlapSeconds: 172_800,
  /** An open payment is decided when its hold's cap is over; a provider that is away may keep it longer. */
  paymentStuckSeconds: 1_800,
  /** Banks take days over a refund at worst. */
  refundStuckSeconds: 864_000,
  /** Two payments of one account for the same tickets of one event, no further apart than this, are one cart paid twice. */
  duplicateCaptureSeconds: 600,
  reconcilePageMax: 500,
  reconcileOrdersPageMax: 5_000,
  /** Charges of one account that wait for their payment to be read; more are looked up one by one. */
  reconcileChargesMax: 50_000,
  /** A charge is made this long after its payment was written down, at most; later ones are looked up one by one. */
  reconcileChargeLagSeconds: 120,
  /** Differences that a command shows one by one; the others are counted. */
  reconcileShownMax: 10_000,
  reconcileEveryMs: 30_000,
  reconcileAliveMs: 5_000,
  /** A run that was not heard of for this long has lost its process: another takes it up. */
  reconcileLostSeconds: 60,
  /** A night's run that could not be finished is tried again after this long, so many times. */
  reconcileRetrySeconds: 900,
  reconcileTriesMax: 5,
  reconcileStatementMs: 60_000,

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

  // -- accounts
  /** Per process; about 1 KB each. */
  tokensRememberedMax: 10_000,
  accessTokenSeconds: 600,
  refreshTokenDays: 30,
  argonConcurrency: 2,
  argonQueueMax: 200,
  loginFailuresPerAccount: 10,
  loginFailuresPerAddress: 50,
  /** Against one account from all addresses together: high, so that nobody can lock another out cheaply. */
  loginFailuresPerAccountAnywhere: 100,
  loginWindowSeconds: 900,
  registrationsPerHourPerAddress: 60,
  /** A link that proves an address is good for a day, one that sets a password for half an hour. */
  verifyLinkSeconds: 86_400,
  resetLinkSeconds: 1_800,
  teamLinkSeconds: 604_800,
  teamMembers: 50,
  teamInvitationsOpen: 20,
  teamInvitationsPerMinute: 10,
  /** Mails with links to one mailbox, and of one account. */
  lettersPerHour: 5,
  forgottenPerHourPerAddress: 30,
  /** Links tried from one address. */
  linksPerMinute: 20,
  /** So long after a log-in its session may change what opens the account, without the password. */
  recentLoginSeconds: 900,
  /** An authenticator's answer is awaited this long. */
  passkeyChallengeSeconds: 300,
  passkeysPerAccount: 20,
  /** Log-ins by passkey, tried from one address. */
  passkeyLoginsPerMinute: 30,
  /** What was written about an account's own affairs is forgotten after this. */
  keepLettersSeconds: 2_592_000,
  /** A spent refresh token is answered with the same successor this long (two tabs, a lost answer). */
  refreshGraceSeconds: 10,
  /** How long one process may believe that a session lives. */
  sessionCacheMs: 2_000,
  /** Ended sessions are kept this long for whoever asks what happened. */
  endedSessionDays: 7,

  // -- other programs (OAuth)
  oauthClientsPerOwner: 20,
  oauthRedirectUrisPerClient: 10,
  /** From consent to exchange. */
  oauthCodeSeconds: 60,
  /** A question to a person waits this long. */
  oauthConsentSeconds: 900,
  /** What was consented to is asked again after this. */
  oauthGrantDays: 180,
  /** Calls of the authorization server's token routes, per address and minute. */
  oauthTokensPerMinute: 120,
  oauthPurgeEveryMs: 300_000,
  oauthPurgeMax: 1_000,
  /** How long one process believes that a program's token stands. */
  oauthStandingCacheMs: 2_000,
  oauthStandingCacheMax: 50_000,
  /** From leaving for an outside provider to coming back. */
  outsideLoginSeconds: 600,
  outsideTimeoutMs: 8_000,
  outsideLoginsPerMinute: 20,

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

/** @throws Error naming the relation that does not hold. */
export function assertLimits(limits: typeof LIMITS = LIMITS): void {
  const relations: [boolean, string][] = [
    [
      limits.holdLockTimeoutMs < limits.holdStatementTimeoutMs,
      'a lock wait must end before its statement does',
    ],
    [
      limits.holdStatementTimeoutMs < limits.pendingLookupMs,
      'a batch must be over before its pending entries are looked up',
    ],
    [
      limits.jobHeartbeatMs * 2 < limits.jobUnlockMs,
      'a living worker must be seen before it is thought dead',
    ],
    [
      Number.isInteger(limits.pointsPer100Cents) &&
        limits.pointsPer100Cents > 0 &&
        limits.pointsPer100Cents < 100,
      'points are worth less than the money that earned them',
    ],
    [limits.tickEveryMs < limits.workerLeaseMs, 'a lease must outlive a tick'],
    [limits.claimSecondsDefault < limits.turnSecondsDefault, 'a call is shorter than a turn'],
    [
      limits.paymentAnswerMs < limits.paymentRetryPausesMs[0],
      'a payment must be answered or unknown before it is taken up again',
    ],
    [
      limits.paymentRetryPausesMs[0] < limits.payingCapSeconds * 1_000,
      'a payment is asked about before its hold is decided',
    ],
    [
      limits.payingCapSeconds < limits.reconcileGraceSeconds &&
        limits.reconcileGraceSeconds < limits.paymentStuckSeconds,
      'a payment is decided before it is compared, and compared before it is thought stuck',
    ],
    [
      limits.paymentStuckSeconds < limits.reconcileOverlapSeconds,
      'what was in flight in one run is looked at by the next',
    ],
    [
      limits.reconcileAliveMs * 2 < limits.reconcileLostSeconds * 1_000,
      'a run that is at work must be seen before it is thought lost',
    ],
    [
      limits.payingCapSeconds + limits.holdSecondsDefault < limits.cardFormsAfterSeconds,
      'a form must be allowed for as long as a payment that began through it can be open',
    ],
    [limits.drainSpreadMs < limits.shutdownMs, 'sockets must have moved before the process stops'],
    [
      limits.pressJobMs + limits.mailTimeoutMs < limits.mailLeaseSeconds * 1_000,
      'a mail must be made and sent, or given up, before another worker takes it up',
    ],
    [
      limits.cacheWaitMs < limits.cacheLeaseMs && limits.cacheLeaseMs < limits.cacheFreshMs,
      'who waits for a load gives up before its lease ends, and that before what it loads is old',
    ],
    [
      limits.cacheCopyAgainMs * 2 < limits.cacheKeptMs,
      'a copy of something that is read is written again before it is let go of',
    ],
    [
      limits.pushTimeoutMs * 2 < limits.noticeLeaseSeconds * 1_000,
      'a notice must be sent, or given up, before another worker takes it up',
    ],
    [limits.bodyMs < limits.uploadMs, 'a picture may take longer to arrive than anything else'],
    [
      limits.storeGiveUpMs * 2 < limits.pictureStoringSeconds * 1_000 &&
        limits.pictureStoringSeconds < limits.strayFilesSeconds,
      'an upload is over before it is thought killed, and that before its files are strays',
    ],
    [
      limits.sessionCacheMs + limits.sessionCheckEveryMs < 5_000,
      'a revoked session is cut within five seconds',
    ],
  ];
  for (const [holds, reason] of relations) if (!holds) throw new Error(`limits.ts: ${reason}`);
}
