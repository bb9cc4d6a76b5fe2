/** Mails and notifications. */
export const TELLING = {
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
} as const;
