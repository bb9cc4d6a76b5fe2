import { expect, test } from 'vitest';
import type { FindingView, ReconciliationView, RefundCase } from '../../../server/protocol/money.ts';
import { operatorMoneyTexts as texts } from '../../texts/operator-money.ts';
import { bringsTickets, byKind, counted, type Desk, lastRunSays, verdictOf, waitingOf } from './sentences.ts';
import { questionOf } from './word-questions.tsx';

const NOTHING: Desk = {
  refunds: { count: 0, open: false },
  failed: { count: 0, open: false },
  disputes: { count: 0, open: false },
  findings: { count: 0, open: false },
  dead: { count: 0, open: false },
  mails: { count: 0, open: false },
  run: null,
};
const RUN: ReconciliationView = {
  id: 'r',
  startedAt: '2026-11-21T02:00:00Z',
  endedAt: '2026-11-21T02:01:00Z',
  dryRun: false,
  trigger: 'nightly',
  compared: { payments: 1, charges: 1, tickets: 2 },
  found: 0,
  mended: 0,
  queued: 0,
  error: null,
};

test('U450: what waits is told with its count, fans first', () => {
  const desk: Desk = {
    ...NOTHING,
    mails: { count: 1, open: false },
    refunds: { count: 3, open: false },
    dead: { count: 1, open: false },
    findings: { count: 50, open: true },
  };
  expect(waitingOf(desk)).toEqual([
    '3 refunds wait for a decision.',
    '50 or more differences between ledger, provider and tickets wait for your word.',
    '1 webhook was given up after too many tries.',
    '1 mail could not be sent.',
  ]);
});

test('U450: a page that goes on is counted as more', () => {
  expect(counted({ items: [1, 2], nextCursor: 'x' })).toEqual({ count: 2, open: true });
  expect(counted({ items: [1], nextCursor: null })).toEqual({ count: 1, open: false });
  expect(counted(null)).toBeNull();
});

test('U451: nothing waits where nothing was found; a comparison that stopped does', () => {
  expect(waitingOf(NOTHING)).toEqual([]);
  expect(waitingOf({ ...NOTHING, run: RUN })).toEqual([]);
  expect(waitingOf({ ...NOTHING, run: { ...RUN, error: 'no answer' } })).toEqual([texts.says.run]);
});

test.each([
  [{}, 'clean', 'The last comparison, then, found nothing.'],
  [{ endedAt: null }, 'running', texts.books.running],
  [{ endedAt: null, error: 'away' }, 'failed', 'The last comparison, then, stopped: away'],
  [{ found: 5, mended: 2, queued: 3 }, 'found', 'The last comparison, then, found 5: 2 mended, 3 wait.'],
  [
    { found: 5, queued: 5, dryRun: true },
    'found',
    'The last comparison, then, was a dry run. It found 5 and changed nothing.',
  ],
] as const)('U452: a run with %o is %s', (changed, verdict, says) => {
  const run = { ...RUN, ...changed };
  expect(verdictOf(run)).toBe(verdict);
  expect(lastRunSays(run, () => 'then')).toBe(says);
});

test('U452: where the books were never compared, that is said', () => {
  expect(lastRunSays(undefined, () => 'then')).toBe(texts.books.none);
});

test('U453: differences are grouped by kind, and an unknown kind has a name too', () => {
  const finding = (kind: string, id: string): FindingView => ({
    id,
    kind,
    explanation: id,
    orderId: null,
    paymentId: null,
    amountCents: null,
    currency: null,
    action: 'Mend it.',
    status: 'open',
    firstSeenAt: RUN.startedAt,
    lastSeenAt: RUN.startedAt,
  });
  const groups = byKind([
    finding('DUPLICATE_CAPTURE', '1'),
    finding('SOME_NEW_KIND', '2'),
    finding('DUPLICATE_CAPTURE', '3'),
  ]);
  expect(groups.map(({ title, findings }) => [title, findings.map(({ id }) => id)])).toEqual([
    ['Paid twice', ['1', '3']],
    ['Some new kind', ['2']],
  ]);
});

test('U454: approving says how much, to whom and what ends; rejecting needs a reason', () => {
  const refund = {
    id: 'f',
    orderReference: '4K-71B2',
    userEmail: 'ann@example.org',
    ticketIds: ['a', 'b'],
    amountCents: 7_752,
    currency: 'EUR',
  } as RefundCase;
  const approve = questionOf('approve', refund).asks;
  expect(approve.title).toContain('77.52');
  expect(texts.refunds.approveText(2, refund.userEmail)).toMatch(
    /^The 2 tickets stop being valid and go back on sale.*ann@example\.org.*cannot be undone/,
  );
  expect(approve.reason?.needed).toBeUndefined();
  const reject = questionOf('reject', refund).asks;
  expect([reject.danger, reject.reason?.needed]).toEqual([true, texts.refunds.reasonMissing]);
  expect(questionOf('retry', refund).done).toContain('4K-71B2');
});

test('U486: only mails that bring an order’s tickets are sent again', () => {
  for (const kind of ['confirmation', 'resend', 'ticket_moved'])
    expect(bringsTickets({ kind, orderId: 'an order' })).toBe(true);
  for (const kind of ['refund_decided', 'refund_rejected', 'refund_settled'])
    expect(bringsTickets({ kind, orderId: 'an order' })).toBe(false);
  expect(bringsTickets({ kind: 'confirmation', orderId: null })).toBe(false);
});
