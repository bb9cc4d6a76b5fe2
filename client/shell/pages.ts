/** Every page, its address, who may see it, and its code, loaded when it is first asked for. */
import type { ComponentType } from 'preact';
import { matchPath, type Params } from '../router.ts';

/** `account`: anyone logged in; an operator may see what a vendor may. */
export type Need = 'none' | 'account' | 'vendor' | 'operator';

type PageModule = { default: ComponentType<Params> };

export interface Page {
  pattern: string;
  need: Need;
  load: () => Promise<PageModule>;
  /** Opens without a network (and so with a session nobody could confirm). */
  offline?: boolean;
  /** On phones the page brings its own header: nothing above what the fan stares at. */
  bare?: boolean;
}

/** The names after the colons of a pattern. */
type ParamNames<S extends string> = S extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : S extends `${string}:${infer Name}`
    ? Name
    : never;

/** Ties a page's props to the parameters of its address. */
function page<S extends string>(
  pattern: S,
  need: Need,
  load: () => Promise<{ default: ComponentType<{ [Name in ParamNames<S>]: string }> }>,
  more: Pick<Page, 'offline' | 'bare'> = {},
): Page {
  return { pattern, need, load: load as Page['load'], ...more };
}

/** One page of a piece that holds several. */
const of =
  <Pages>(load: () => Promise<Pages>) =>
  <Name extends keyof Pages>(name: Name) =>
  (): Promise<{ default: Pages[Name] }> =>
    load().then((found) => ({ default: found[name] }));
const own = of(() => import('../profile/pages.ts'));
const mailbox = of(() => import('../mailbox/pages.ts'));
const vendorMoney = of(() => import('../vendor/money/pages.ts'));

export const PAGES: readonly Page[] = [
  page('/', 'none', () => import('../events/list.tsx')),
  page('/e/:eventId', 'none', () => import('../events/event.tsx')),
  page('/d/:dropId', 'none', () => import('../fan/index.tsx'), { bare: true }),
  page('/d/:dropId/draw', 'none', () => import('../draw/index.tsx')),
  page('/login', 'none', () => import('../accounts/log-in.tsx')),
  page('/register', 'none', () => import('../accounts/register.tsx')),
  page('/my/tickets', 'account', () => import('../tickets/tickets.tsx'), { offline: true }),
  page('/my/orders', 'account', () => import('../tickets/orders.tsx')),
  page('/my/pictures', 'account', () => import('../pictures/mine.tsx')),
  page('/my/cards', 'account', () => import('../cards/cards.tsx')),
  page('/my/points', 'account', own('Points')),
  page('/profile', 'account', own('Profile')),
  page('/oauth/consent', 'account', own('Consent')),
  page('/oauth/problem', 'none', own('Problem')),
  page('/join-team', 'none', own('JoinTeam')),
  page('/vendor/team', 'vendor', own('Team')),
  page('/vendor/apps', 'vendor', own('Apps')),
  page('/verify-email', 'none', own('VerifyEmail')),
  page('/forgot-password', 'none', own('Forgot')),
  page('/reset-password', 'none', own('Reset')),
  page('/no-suggestions', 'none', own('NoSuggestions')),
  page('/p/:token', 'none', () => import('../pay-link/index.tsx')),
  page('/mailbox', 'account', mailbox('Mailbox')),
  page('/mailbox/:mailId', 'account', mailbox('Mail')),
  page('/vendor', 'vendor', () => import('../vendor/list.tsx')),
  page('/vendor/new', 'vendor', () => import('../vendor/new.tsx')),
  page('/vendor/e/:eventId', 'vendor', () => import('../vendor/live.tsx')),
  page('/vendor/e/:eventId/money', 'vendor', vendorMoney('EventMoney')),
  page('/vendor/payment-methods', 'vendor', vendorMoney('PaymentMethods')),
  page('/operator', 'operator', () => import('../operator/index.tsx')),
  page('/operator/money', 'operator', () => import('../operator/money/desk.tsx')),
  page('/operator/pictures', 'operator', () => import('../operator/pictures.tsx')),
];

export interface Found {
  page: Page;
  params: Params;
}

export function findPage(path: string, pages: readonly Page[] = PAGES): Found | null {
  for (const page of pages) {
    const params = matchPath(page.pattern, path);
    if (params) return { page, params };
  }
  return null;
}

export type Entry = 'open' | 'wait' | 'log-in' | 'forbidden' | 'unreachable';

/** Whether a page may be shown now, and if not, what stands in the way. The server decides again for all it sends. */
export function mayEnter(
  page: Pick<Page, 'need' | 'offline'>,
  session: { status: 'unknown' | 'anonymous' | 'known' | 'unreachable'; user: { role: string } | null },
  inTeam = false,
): Entry {
  if (page.need === 'none') return 'open';
  if (session.status === 'unknown') return 'wait';
  if (session.status === 'anonymous' || !session.user) return 'log-in';
  if (session.status === 'unreachable') return page.offline ? 'open' : 'unreachable';
  const { role } = session.user;
  if (page.need === 'account' || role === 'operator' || role === page.need) return 'open';
  if (page.need === 'vendor' && inTeam) return 'open';
  return 'forbidden';
}
