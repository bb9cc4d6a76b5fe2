/** What waits for an operator, in sentences, and what a comparison of the books said (rules U450 to U453). Pure. */
import type { FindingView, ReconciliationView } from '../../../server/protocol/money.ts';
import { operatorMoneyTexts as texts } from '../../texts/operator-money.ts';

/** How many were counted; `open`: there may be more. */
export interface Counted {
  count: number;
  open: boolean;
}

export const WAITING = ['refunds', 'failed', 'disputes', 'findings', 'dead', 'mails'] as const;
export type Waiting = (typeof WAITING)[number];

/** Null: not known, because it could not be asked or was not answered yet. */
export type Desk = Record<Waiting, Counted | null> & { run: ReconciliationView | null };

export const counted = (
  page: { items: readonly unknown[]; nextCursor: string | null } | null,
): Counted | null => page && { count: page.items.length, open: page.nextCursor !== null };

/** Worst is what somebody waits for: fans first, then the books, then machines. */
export function waitingOf(desk: Desk): string[] {
  const says: string[] = [];
  for (const what of WAITING) {
    const { count, open } = desk[what] ?? { count: 0, open: false };
    if (count > 0) says.push(texts.says[what](count, open));
  }
  if (desk.run?.error) says.push(texts.says.run);
  return says;
}

export type RunVerdict = 'running' | 'failed' | 'clean' | 'found';

export function verdictOf(run: Pick<ReconciliationView, 'endedAt' | 'error' | 'found'>): RunVerdict {
  // A run that was stopped says why, whether or not somebody wrote down when.
  if (run.error !== null) return 'failed';
  if (run.endedAt === null) return 'running';
  return run.found > 0 ? 'found' : 'clean';
}

/** The latest comparison in one sentence; `when` says how a moment is written. */
export function lastRunSays(run: ReconciliationView | undefined, when: (at: string) => string): string {
  if (!run) return texts.books.none;
  const at = when(run.endedAt ?? run.startedAt);
  switch (verdictOf(run)) {
    case 'running':
      return texts.books.running;
    case 'failed':
      return texts.books.failed(at, run.error ?? '');
    case 'clean':
      return texts.books.clean(at);
    case 'found':
      return run.dryRun
        ? texts.books.foundDry(at, run.found)
        : texts.books.found(at, run.found, run.mended, run.queued);
  }
}

export interface KindOfFinding {
  kind: string;
  title: string;
  /** What mends it; the same for all of a kind. */
  action: string;
  findings: FindingView[];
}

/** One group per kind, in the order in which the first of each comes; a kind these pages do not know is named by itself. */
export function byKind(findings: readonly FindingView[]): KindOfFinding[] {
  const groups = new Map<string, KindOfFinding>();
  for (const finding of findings) {
    const { kind, action } = finding;
    const title = texts.findings.kinds[kind] ?? plainly(kind);
    const group = groups.get(kind) ?? { kind, title, action, findings: [] };
    group.findings.push(finding);
    groups.set(kind, group);
  }
  return [...groups.values()];
}

/** SOME_NEW_KIND: Some new kind */
function plainly(kind: string): string {
  const words = kind.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const WITH_TICKETS: readonly string[] = ['confirmation', 'resend', 'ticket_moved'];

/** Whether a mail is one of those that can be asked for again: its order's tickets, to the order's account. */
export const bringsTickets = (mail: { kind: string; orderId: string | null }): boolean =>
  mail.orderId !== null && WITH_TICKETS.includes(mail.kind);
