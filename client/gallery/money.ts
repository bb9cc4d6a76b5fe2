/** Money in the gallery: ways to pay, codes, price rules, refunds, disputes, webhooks, comparisons and what they found. */
import type {
  CodeView,
  DisputeView,
  FindingView,
  MailView,
  PaymentMethodView,
  PriceRuleView,
  ReconciliationView,
  RefundCase,
  WebhookView,
} from '../../server/protocol/money.ts';
import type { ListedMail } from '../mailbox/mail-list.tsx';
import type { SavedCard } from '../till/ways.ts';
import type { PriceChange } from '../vendor/money/price-changes.tsx';
import { at, EVENTS, id, LIVE, LOBBY, LONG_TITLE } from './fixtures.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const [FLOOR, BALCONY, RESTRICTED] = LIVE.tiers.map((tier) => tier.id) as [string, string, string];

const method = (n: number, more: Partial<PaymentMethodView>): PaymentMethodView => ({
  id: id(400 + n),
  provider: 'stripe',
  label: 'Card',
  brands: null,
  active: true,
  credentialsHint: null,
  webhookPath: null,
  eventIds: [],
  version: 1,
  createdAt: at(-n * DAY),
  ...more,
});
export const METHODS: PaymentMethodView[] = [
  method(1, {
    label: 'Card',
    brands: ['visa', 'mastercard'],
    credentialsHint: 'x7Qd',
    webhookPath: `/webhooks/stripe/${id(401)}`,
    eventIds: [LIVE.id, LOBBY.id],
  }),
  method(2, { provider: 'cash_on_arrival', label: 'Pay at the door', eventIds: [LIVE.id] }),
  method(3, {
    label: 'Card for members of the Society of Friends of the Harbour Hall and its Chamber Music',
    active: false,
    brands: ['amex'],
  }),
];

const code = (n: number, more: Partial<CodeView>): CodeView => ({
  id: id(420 + n),
  code: 'KELP-10',
  kind: 'percent',
  value: 1_000,
  tierIds: null,
  maxTickets: null,
  maxPerFan: null,
  startsAt: null,
  endsAt: null,
  channel: null,
  active: true,
  used: 0,
  ...more,
});
export const CODES: CodeView[] = [
  code(1, { maxTickets: 200, maxPerFan: 4, endsAt: at(7 * DAY), channel: 'newsletter', used: 137 }),
  code(2, { code: 'MEMBERS', kind: 'presale', value: 0, tierIds: [RESTRICTED], maxPerFan: 2, used: 8 }),
  code(3, { code: 'TENOFF', kind: 'amount', value: 1_000, maxTickets: 50, used: 50 }),
  code(4, { code: 'EARLY-BIRD-OF-THE-VERY-LONG-WINTER-SEASON-2026', active: false, startsAt: at(-30 * DAY) }),
];

const RULES: Record<string, Omit<PriceRuleView, 'tierId'>> = {
  [BALCONY]: {
    basePriceCents: 4_400,
    floorCents: 4_400,
    capCents: 6_800,
    steps: [
      { soldBp: 2_500, priceCents: 4_920 },
      { at: at(5 * DAY), priceCents: 5_500 },
      { soldBp: 8_000, priceCents: 6_800 },
    ],
    enabled: true,
  },
};
export const ruleOf = (tierId: string): PriceRuleView => {
  const priceCents = EVENTS.flatMap(({ tiers }) => tiers).find((tier) => tier.id === tierId)?.priceCents ?? 0;
  const none = { basePriceCents: priceCents, floorCents: priceCents, capCents: priceCents };
  return { tierId, ...(RULES[tierId] ?? { ...none, steps: [], enabled: false }) };
};

export const CHANGES: PriceChange[] = (
  [
    [BALCONY, 4_400, 4_920, 5_188, 5_797, 'rule'],
    [FLOOR, 6_500, 6_840, 7_571, 7_952, 'The orchestra is larger than we thought'],
    [FLOOR, 6_500, 6_500, 6_500, 7_571, 'terms'],
  ] as const
).map(([tierId, fromCents, toCents, fromAllInCents, toAllInCents, why], index) => ({
  at: at(-(index + 1) * 90 * MINUTE),
  tierId,
  fromCents,
  toCents,
  fromAllInCents,
  toAllInCents,
  why,
  actor: why === 'rule' ? null : id(900),
}));

const refund = (n: number, more: Partial<RefundCase>): RefundCase => ({
  id: id(600 + n),
  orderId: id(800 + n),
  orderReference: `4K-71B${n}`,
  eventId: LIVE.id,
  eventTitle: LIVE.title,
  ticketIds: [id(700 + n)],
  status: 'succeeded',
  cause: 'fan',
  reason: null,
  amountCents: 7_752,
  feeCents: 200,
  currency: 'EUR',
  createdAt: at(-n * HOUR),
  settledAt: null,
  userId: id(901),
  userEmail: 'ann@example.org',
  provider: 'stripe',
  tries: 0,
  failure: null,
  decidedBy: null,
  ...more,
});
export const CASES: RefundCase[] = [
  refund(1, { status: 'requested', ticketIds: [id(701), id(702)], amountCents: 15_504, feeCents: 400 }),
  refund(2, {
    status: 'requested',
    reason:
      'My train was cancelled, and the one after it, and I shall not make it to the hall before the encore.',
    userEmail: 'maximiliane.von-der-wasserkante@friends-of-chamber-music.example.org',
  }),
  refund(3, {
    status: 'failed',
    tries: 3,
    failure: 'The account of this card was closed (account_closed).',
    userEmail: 'okoro@example.org',
  }),
  refund(4, { status: 'sending', cause: 'event_canceled', feeCents: 0, amountCents: 7_952, tries: 1 }),
  refund(5, { settledAt: at(-4 * HOUR), tries: 1 }),
  refund(6, { status: 'rejected', reason: 'The evening is tomorrow.', decidedBy: id(902) }),
];

export const DISPUTES: DisputeView[] = (['open', 'won', 'lost'] as const).map((status, n) => ({
  id: id(440 + n),
  paymentId: id(450 + n),
  orderId: id(810 + n),
  userId: id(901),
  userEmail: n === 0 ? 'okoro@example.org' : 'ann@example.org',
  amountCents: 7_952 * (n + 1),
  currency: 'EUR',
  reason: n === 0 ? 'product_not_received' : null,
  status,
  openedAt: at(-(n + 1) * 6 * DAY),
  closedAt: status === 'open' ? null : at(-n * DAY),
}));

const webhook = (n: number, more: Partial<WebhookView>): WebhookView => ({
  id: id(460 + n),
  provider: 'stripe',
  eventId: `evt_3PqK${n}Lk2`,
  type: 'payment_intent.succeeded',
  objectId: `pi_3PqK${n}`,
  status: 'processed',
  attempts: 1,
  error: null,
  receivedAt: at(-n * 20 * MINUTE),
  processedAt: at(-n * 20 * MINUTE + 400),
  ...more,
});
export const WEBHOOKS: WebhookView[] = [
  webhook(1, {
    type: 'charge.dispute.closed',
    status: 'dead',
    attempts: 12,
    error:
      'Error: the ledger refused: payment 0192a000-0000-7000-8000-000000000451 is in state "refunded", not "captured"',
    processedAt: null,
  }),
  webhook(2, {}),
  webhook(3, { type: 'customer.created', status: 'ignored' }),
  webhook(4, { type: 'refund.updated', status: 'received', attempts: 0, processedAt: null }),
];

const run = (n: number, more: Partial<ReconciliationView>): ReconciliationView => ({
  id: id(480 + n),
  startedAt: at(-n * DAY + 5 * HOUR),
  endedAt: at(-n * DAY + 5 * HOUR + 2 * MINUTE),
  dryRun: false,
  trigger: 'nightly',
  compared: { payments: 18_204, charges: 18_207, tickets: 36_611 },
  found: 0,
  mended: 0,
  queued: 0,
  error: null,
  ...more,
});
export const RUNS: ReconciliationView[] = [
  run(1, { found: 5, mended: 2, queued: 3, duplicates: 1 }),
  run(2, { dryRun: true, trigger: 'operator', found: 1, queued: 1 }),
  run(3, {}),
  run(4, {
    error: 'Stripe did not answer for 30 s; nothing was taken for a “no”.',
    compared: { payments: 400, charges: 0, tickets: 0 },
  }),
];

const finding = (n: number, more: Partial<FindingView>): FindingView => ({
  id: id(490 + n),
  kind: 'DUPLICATE_CAPTURE',
  explanation:
    'One account paid twice for the same within minutes. Orders 4K-71B1 and 4K-71B2, EUR 159.04 each, 42 s apart.',
  orderId: id(801),
  paymentId: id(450 + n),
  amountCents: 15_904,
  currency: 'EUR',
  action: 'Approve to give the later payment back, with its tickets; dismiss it if both were wanted.',
  status: 'open',
  firstSeenAt: at(-19 * HOUR),
  lastSeenAt: at(-19 * HOUR),
  ...more,
});
export const FINDINGS: FindingView[] = [
  finding(1, {}),
  finding(2, {
    explanation:
      'One account paid twice for the same within minutes. Orders 4K-77C1 and 4K-77C4, EUR 57.97 each, 3 min apart.',
    amountCents: 5_797,
  }),
  finding(3, {
    kind: 'CAPTURED_UNKNOWN_TO_LEDGER',
    explanation: `The provider took money that no payment here knows. Charge ch_3PqK9mXvLk2qYb${'0'.repeat(60)}, EUR 68.40.`,
    action: 'Approve to give it back through the provider; dismiss it if it belongs to another program.',
    orderId: null,
    paymentId: null,
    amountCents: 6_840,
  }),
  finding(4, {
    kind: 'AUTHORISED_LEFT_OPEN',
    explanation: 'The provider still blocks money for a payment that has ended here. EUR 79.52.',
    action: 'The authorisation is voided.',
    status: 'mended',
    amountCents: 7_952,
  }),
];

export const MAILS: ListedMail[] = (['failed', 'sent', 'queued'] as const).map((status, n) => ({
  id: id(470 + n),
  to: n === 0 ? 'nobody@nowhere.example' : 'ann@example.org',
  subject: n === 0 ? `Your tickets: ${LONG_TITLE}` : `Your tickets: ${LOBBY.title}`,
  kind: 'confirmation',
  orderId: id(801),
  status,
  tries: n === 0 ? 6 : 1,
  attachments: ['tickets.pdf'],
  createdAt: at(-(n + 1) * HOUR),
  sentAt: status === 'sent' ? at(-HOUR) : null,
  failure: n === 0 ? '550 5.1.1 No such user here' : null,
  reason: null,
}));

/** The fan's own, newest first; the first of them opens. */
export const OWN_MAILS: MailView[] = MAILS.map(({ failure: _, reason: __, ...mail }) => mail);

export const WHOLE_MAIL = {
  mail: OWN_MAILS[1] as MailView,
  html: `<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"><title>${LOBBY.title}</title></head><body><h1>Your tickets</h1><p>Two tickets for ${LOBBY.title}.</p></body></html>`,
  text: `Hello Ann Rivers,\n\nhere are your two tickets for ${LOBBY.title}.\n\nHF1.ticket-${'0123456789abcdef'.repeat(6)}\n`,
};

/** One that is kept, one whose time is over. */
export const CARDS: SavedCard[] = [
  { id: 'pm_1', brand: 'visa', last4: '4242', expMonth: 4, expYear: 2029 },
  { id: 'pm_2', brand: 'amex', last4: '0005', expMonth: 10, expYear: 2026 },
];
