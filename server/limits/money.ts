/** Payments, those who make them, and comparing the books. */
export const MONEY = {
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
} as const;
