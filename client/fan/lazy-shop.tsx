/** The shop's screens, fetched before they are needed and drawn the moment they are. */
import { signal } from '@preact/signals';
import type { ComponentType, FunctionComponent } from 'preact';
import { Button } from '../ui/index.ts';
import { say } from './messages.ts';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

type Shop = typeof import('./shop.ts');

const loaded = signal<Shop | null>(null);
const failed = signal(false);
let loading: Promise<Shop> | null = null;

/** Fetched once; a fetch that failed is tried again when asked for again. */
export function loadShop(): Promise<Shop> {
  loading ??= import('./shop.ts').then(
    (shop) => {
      loaded.value = shop;
      failed.value = false;
      return shop;
    },
    (error: unknown) => {
      // No network just now, or a newer version went live: the page offers to try again.
      loading = null;
      failed.value = true;
      throw error;
    },
  );
  return loading;
}

/** Fetches it ahead of its need; a failure shows when it is needed. */
export function fetchShop(): void {
  loadShop().catch(() => failed.value);
}

/** With fewer ahead than this the turn may be minutes away. */
const NEAR = 300;

export function wantsShop(screen: Screen): boolean {
  if (screen.name === 'waiting') return screen.ahead < NEAR;
  return ['called', 'late', 'turn', 'hold', 'paying', 'step', 'tickets'].includes(screen.name);
}

type ShopName = Exclude<keyof Shop, 'createShopActions'>;

export function fromShop(name: ShopName): FunctionComponent<DropViewProps> {
  return function Part(props: DropViewProps) {
    const Screen = loaded.value?.[name] as ComponentType<DropViewProps> | undefined;
    if (Screen) return <Screen {...props} />;
    fetchShop();
    if (!failed.value) return <h1 class="eyebrow">{say.loading}</h1>;
    return (
      <Button wide onClick={() => window.location.reload()}>
        {say.tryAgain}
      </Button>
    );
  };
}
