/** The shop's screens, fetched before they are needed and drawn the moment they are. */
import type { FunctionComponent } from 'preact';
import { lazyCode } from './lazy-code.tsx';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

const shop = lazyCode(() => import('./shop.ts'));

export const loadShop = shop.load;
/** For whoever is drawn by it, and so runs only when it is there. */
export const shopNow = (): typeof import('./shop.ts') => shop.peek()!;

/** Fetches it ahead of its need; a failure shows when it is needed. */
export function fetchShop(): void {
  loadShop().catch(() => null);
}

/** With fewer ahead than this the turn may be minutes away. */
const NEAR = 300;

export function wantsShop(screen: Screen): boolean {
  if (screen.name === 'waiting') return screen.ahead < NEAR;
  return ['called', 'late', 'turn', 'hold', 'paying', 'step', 'tickets', 'returned'].includes(screen.name);
}

export const fromShop: (
  name: Exclude<keyof typeof import('./shop.ts'), 'createShopActions' | 'openTill' | 'tellHere'>,
) => FunctionComponent<DropViewProps> = shop.part;
