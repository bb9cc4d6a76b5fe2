/** The line, holds, orders and what is given back. */
export const SELLING = {
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

  // -- draw
  /** A draw of a million places still ends within this. */
  drawStatementTimeoutMs: 60_000,
  beaconTimeoutMs: 3_000,
  /** Accounts asked for at once when an edge tells its fans their numbers. */
  numbersPageMax: 2_000,
  /** Places in one page of the public list. */
  drawPageMax: 5_000,
} as const;
