/** The drop page's actions on a scripted server: what was asked, and what came of it on the page. */
import { signal } from '@preact/signals';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { ClientEvent } from '../../server/protocol/events.ts';
import type { MineView } from '../../server/protocol/index.ts';
import { ApiError, type RequestOptions } from '../api.ts';
import type { Link } from '../connection/index.ts';
import { type ActionEnv, createActions } from './actions.ts';
import { hold, mine, order } from './gallery/fixtures.ts';
import { EMPTY, type Kept } from './kept.ts';
import { loadShop } from './lazy-shop.tsx';
import type { Asking, PayMethod, Problem } from './view-props.ts';

export interface Stage {
  asked: { event: string; payload: Record<string, unknown> }[];
  posted: { path: string; options: RequestOptions }[];
  reads: number;
  asking: ActionEnv['asking'];
  problem: ActionEnv['problem'];
  kept: ActionEnv['kept'];
  act: ReturnType<typeof createActions>;
  idle(): Promise<void>;
}

/** `refuse` says no to some events, `post` answers HTTP. */
export async function stage(options: {
  mine?: MineView;
  refuse?: Partial<Record<ClientEvent, ErrorBody>>;
  post?: (path: string) => unknown;
}): Promise<Stage> {
  await loadShop();
  const asked: Stage['asked'] = [];
  const posted: Stage['posted'] = [];
  let reads = 0;
  let ids = 0;
  const asking = signal<Asking | null>(null);
  const problem = signal<Problem | null>(null);
  const kept = signal<Kept>(EMPTY);
  const current = signal<MineView | null>(options.mine ?? mine({ holds: [hold()], remainingAllowance: 2 }));
  const link = {
    async ask(event: ClientEvent, payload: Record<string, unknown>) {
      asked.push({ event, payload });
      const error = options.refuse?.[event];
      return error ? { ok: false, error } : { ok: true, data: {} };
    },
    tryNow() {},
  } as unknown as Link;
  const act = createActions({
    dropId: 'd',
    link,
    feed: {
      mine: current,
      readMine: async () => {
        reads += 1;
      },
    } as unknown as ActionEnv['feed'],
    known: { wantsMore: signal(false), takeOrder() {} } as unknown as ActionEnv['known'],
    request: async <T>(_method: string, path: string, given?: RequestOptions): Promise<T> => {
      posted.push({ path, options: given ?? {} });
      const answer = options.post?.(path);
      if (answer instanceof ApiError) throw answer;
      return (answer ?? { order: order() }) as T;
    },
    uuid: () => `id-${++ids}`,
    kept,
    asking,
    problem,
    card: signal('4242424242424242'),
    method: signal<PayMethod>('card'),
    tellOthers() {},
    notifyMe() {},
  });
  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      const stop = asking.subscribe((what) => {
        if (what === null) queueMicrotask(() => resolve(stop?.()));
      });
    });
  return {
    asked,
    posted,
    get reads() {
      return reads;
    },
    asking,
    problem,
    kept,
    act,
    idle,
  };
}
