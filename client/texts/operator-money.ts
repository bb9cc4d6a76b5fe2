/** Words of the operator's page about money. */
import type {
  DisputeView,
  FindingView,
  ReconciliationView,
  RefundStatus,
  WebhookView,
} from '../../server/protocol/money.ts';

const n = (count: number): string => count.toLocaleString('en');
/** `open`: there may be more than were counted. */
const some = (count: number, open: boolean, one: string, many: string): string =>
  `${n(count)}${open ? ' or more' : ''} ${count === 1 && !open ? one : many}`;
const tickets = (count: number): string => `${n(count)} ${count === 1 ? 'ticket' : 'tickets'}`;

const refundStates: Record<RefundStatus, string> = {
  requested: 'waits',
  rejected: 'rejected',
  sending: 'on its way',
  succeeded: 'given back',
  failed: 'failed',
};
const disputeStates: Record<DisputeView['status'], string> = { open: 'open', won: 'won', lost: 'lost' };
const webhookStates: Record<WebhookView['status'], string> = {
  received: 'being processed',
  processed: 'processed',
  ignored: 'ignored',
  dead: 'given up',
};
const findingStates: Record<FindingView['status'], string> = {
  open: 'waits',
  mended: 'mended by itself',
  approved: 'approved',
  dismissed: 'dismissed',
  gone: 'no longer there',
};
const triggers: Record<ReconciliationView['trigger'], string> = {
  nightly: 'of the night',
  command: 'by a command',
  operator: 'by an operator',
};

export const operatorMoneyTexts = {
  title: 'Money',
  back: 'Operations',
  sub: 'What waits for you first; what was done below it.',
  allWell: 'All is well.',
  allWellText: 'No refund waits, no dispute is open, every webhook was processed, and the books agree.',
  needsYou: (count: number) =>
    count === 1 ? 'One thing waits for you.' : `${n(count)} things wait for you.`,
  notKnown: 'Part of this could not be asked.',
  notKnownText: 'What is shown below may be old.',
  says: {
    refunds: (count: number, open: boolean) =>
      `${some(count, open, 'refund waits', 'refunds wait')} for a decision.`,
    failed: (count: number, open: boolean) =>
      `${some(count, open, 'refund', 'refunds')} could not be sent to the bank.`,
    disputes: (count: number, open: boolean) => `${some(count, open, 'dispute is', 'disputes are')} open.`,
    dead: (count: number, open: boolean) =>
      `${some(count, open, 'webhook was', 'webhooks were')} given up after too many tries.`,
    findings: (count: number, open: boolean) =>
      `${some(count, open, 'difference', 'differences')} between ledger, provider and tickets ${count === 1 && !open ? 'waits' : 'wait'} for your word.`,
    mails: (count: number, open: boolean) => `${some(count, open, 'mail', 'mails')} could not be sent.`,
    run: 'The last comparison did not come to its end.',
  },
  tickets,
  order: (reference: string) => `order ${reference}`,
  asked: (when: string) => `asked ${when}`,
  why: 'Why',
  all: 'All of them',
  nothing: 'Nothing here.',

  refunds: {
    title: 'Refunds',
    empty: 'No refund waits for a decision, and none has failed.',
    waiting: 'Waiting for a decision',
    failed: 'Could not be sent',
    states: refundStates,
    to: (email: string) => `to ${email}`,
    kept: (money: string) => `${money} kept`,
    tries: (count: number) => (count === 1 ? 'tried once' : `tried ${n(count)} times`),
    saysFan: (reason: string) => `“${reason}”`,
    failure: (why: string) => `The provider says: ${why}`,
    approve: 'Approve',
    approveLabel: (order: string) => `Approve the refund of ${order}`,
    approveTitle: (money: string) => `Give ${money} back?`,
    approveText: (count: number, email: string) =>
      `${count === 1 ? 'The ticket stops being valid and goes' : `The ${n(count)} tickets stop being valid and go`} back on sale; the money is sent to ${email}. This cannot be undone.`,
    approveDo: (money: string) => `Give ${money} back`,
    approved: (order: string) => `Approved: the money of order ${order} is on its way.`,
    reject: 'Reject',
    rejectLabel: (order: string) => `Reject the refund of ${order}`,
    rejectTitle: 'Reject this refund?',
    rejectText: (email: string) => `${email} keeps the tickets, and reads your reason.`,
    reason: 'Reason',
    reasonHint: 'The fan reads this',
    reasonMissing: 'Say why: the fan reads it.',
    rejectDo: 'Reject it',
    rejected: (order: string) => `Rejected: order ${order} keeps its tickets.`,
    retry: 'Try again',
    retryLabel: (order: string) => `Try again: the refund of ${order}`,
    retryTitle: (money: string) => `Send ${money} once more?`,
    retryText: 'The provider is asked for the very same refund: what it has made already is not made twice.',
    retryDo: 'Send it again',
    retried: (order: string) => `The refund of order ${order} is being sent again.`,
    note: 'Note',
    noteHint: 'Kept in the log',
  },

  disputes: {
    title: 'Disputes',
    empty: 'No fan’s bank has taken money back.',
    states: disputeStates,
    reason: (reason: string) => `The bank says: ${reason.replaceAll('_', ' ')}`,
    line: (email: string, when: string) => `${email}, opened ${when}`,
    closed: (when: string) => `closed ${when}`,
    hint: 'Disputes are answered on the provider’s own pages; while one is open, its tickets cannot be given back.',
  },

  webhooks: {
    title: 'Webhooks',
    empty: 'Every webhook was processed.',
    states: webhookStates,
    tries: (count: number) => (count === 1 ? 'tried once' : `tried ${n(count)} times`),
    received: (when: string) => `received ${when}`,
    about: (object: string) => `about ${object}`,
    retry: 'Process again',
    retryLabel: (id: string) => `Process again: ${id}`,
    retried: (id: string) => `${id} is being processed again.`,
  },

  books: {
    title: 'Comparing the books',
    text: 'Ledger, provider and tickets are compared every night. What is safe is mended at once; the rest waits for your word.',
    none: 'The books have never been compared here.',
    running: 'The books are being compared now.',
    clean: (when: string) => `The last comparison, ${when}, found nothing.`,
    found: (when: string, found: number, mended: number, queued: number) =>
      `The last comparison, ${when}, found ${n(found)}: ${n(mended)} mended, ${queued === 1 ? '1 waits' : `${n(queued)} wait`}.`,
    foundDry: (when: string, found: number) =>
      `The last comparison, ${when}, was a dry run. It found ${n(found)} and changed nothing.`,
    failed: (when: string, error: string) => `The last comparison, ${when}, stopped: ${error}`,
    dry: 'Dry run',
    dryHint: 'compares and tells, changes nothing',
    start: 'Compare now',
    startTitle: 'Compare the books now?',
    startText:
      'What is safe to mend is mended at once: open authorisations are voided, money taken after an order’s end is given back. Payments go on meanwhile.',
    started: 'Started. Its result appears here.',
    runs: 'Runs so far',
    verdicts: { running: 'running', failed: 'stopped', clean: 'all agree', found: 'differences' },
    trigger: triggers,
    dryTag: 'dry run',
    compared: (payments: number, charges: number, count: number) =>
      `${n(payments)} payments, ${n(charges)} charges and ${tickets(count)} compared`,
    counts: (found: number, mended: number, queued: number) =>
      `${n(found)} found, ${n(mended)} mended, ${n(queued)} left to you`,
    duplicates: (count: number) =>
      count === 1 ? '1 cart was paid twice' : `${n(count)} carts were paid twice`,
  },

  findings: {
    title: 'Differences that wait',
    empty: 'Ledger, provider and tickets agree.',
    states: findingStates,
    past: 'Mended and decided',
    kinds: {
      PAID_WITHOUT_TICKETS: 'Paid, without tickets',
      TICKETS_WITHOUT_MONEY: 'Tickets nobody paid for',
      SEAT_NOT_CLAIMED: 'A seat that could be sold again',
      CAPTURED_UNKNOWN_TO_LEDGER: 'Money nobody here knows',
      AUTHORISED_LEFT_OPEN: 'Money still blocked',
      CAPTURED_AFTER_END: 'Money taken after the end',
      NOT_CAPTURED_AT_PROVIDER: 'Not taken at the provider',
      CHARGE_MISSING: 'A payment the provider does not know',
      DISPUTE_UNTOLD: 'A chargeback nobody told us of',
      AMOUNT_DIFFERS: 'Another amount',
      CURRENCY_DIFFERS: 'Another currency',
      REFUND_NOT_AT_PROVIDER: 'A refund the provider has not made',
      REFUND_UNKNOWN_TO_LEDGER: 'A refund nobody here knows',
      REFUND_AMOUNT_DIFFERS: 'Another amount given back',
      REFUND_MADE: 'A refund already made',
      REFUND_STUCK: 'A refund on its way for too long',
      DUPLICATE_CAPTURE: 'Paid twice',
      PAYMENT_STUCK: 'A payment open for too long',
    } as Record<string, string>,
    count: (count: number) => (count === 1 ? '1 waits' : `${n(count)} wait`),
    seen: (first: string, last: string) =>
      first === last ? `seen ${first}` : `first seen ${first}, last ${last}`,
    approve: 'Approve',
    approveLabel: (explanation: string) => `Approve: ${explanation}`,
    approveTitle: 'Approve what mends it?',
    approveText: 'Where it is done here, it is done at once and cannot be undone.',
    approveDo: 'Approve',
    approved: 'Approved.',
    dismiss: 'Dismiss',
    dismissLabel: (explanation: string) => `Dismiss: ${explanation}`,
    dismissTitle: 'Dismiss this difference?',
    dismissText: 'Nothing is done about it, and it is not shown again unless its figures change.',
    dismissDo: 'Dismiss it',
    dismissed: 'Dismissed.',
    reasonMissing: 'Say why nothing needs to be done.',
  },

  mails: {
    title: 'Mails',
    empty: 'No mail has been sent yet.',
    failedOnly: 'Could not be sent',
    noneFailed: 'Every mail went out, or is on its way.',
    resend: 'Send again',
    resendLabel: (to: string, subject: string) => `Send again to ${to}: ${subject}`,
    resendTitle: 'Send these tickets again?',
    resendText: (to: string) =>
      `A new mail goes to ${to}, with the order’s tickets as they are valid now. The address is the account’s.`,
    resendDo: 'Send them again',
    resent: (to: string) => `On its way to ${to} again.`,
    reason: 'Why',
    reasonHint: 'Kept with the mail',
    reasonMissing: 'Say why: it is kept with the mail.',
  },
} as const;
