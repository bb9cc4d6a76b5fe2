/**
 * A refund's life, pure (rule F61). The ledger's trigger `ticketing.guard_refund` keeps the same edges and logs each move.
 *
 *   requested ──approve──▶ sending ──settle──▶ succeeded
 *       │                  ▲     │               │  ▲
 *       └─reject▶ rejected │     └─fail─▶ failed◀┘  │ its bank sent it back
 *                          │                │ └─────┘ it went after all
 *                          └─────retry──────┘
 *
 * What needs no approval begins in `sending`; what has no money to send ends at once.
 */
import type { RefundStatus } from '../protocol/index.ts';

export const REFUND_EVENTS = [
  /** An operator's yes: tickets and stock go back, the money sets out. */
  'approve',
  'reject',
  /** The provider has given the money back. */
  'settle',
  /** The provider will not, for good: a person has to look. */
  'fail',
  /** A person has looked: once more, under another id. */
  'retry',
] as const;
export type RefundEvent = (typeof REFUND_EVENTS)[number];

const EDGES: Record<RefundStatus, Partial<Record<RefundEvent, RefundStatus>>> = {
  requested: { approve: 'sending', reject: 'rejected' },
  rejected: {},
  sending: { settle: 'succeeded', fail: 'failed' },
  // A bank may send the money back days later: then it is open again.
  succeeded: { fail: 'failed' },
  failed: { retry: 'sending', settle: 'succeeded' },
};

/** Where the event takes the refund, or null when it has no place there. */
export function nextRefundStatus(status: RefundStatus, event: RefundEvent): RefundStatus | null {
  return EDGES[status][event] ?? null;
}
