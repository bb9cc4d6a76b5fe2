/** The edge's own events: watching a drop, its seats, an event's sales. */
import { LIMITS } from '../limits.ts';
import { CLIENT_EVENTS, ok, refuse } from '../protocol/index.ts';
import { type Audience, dropTopic } from './audience.ts';
import { type Connection, follow, unfollow } from './connection.ts';
import { type Sales, type SalesTicker, salesTopic } from './sales-ticker.ts';
import { type SeatAudience, seatsTopic } from './seat-audience.ts';
import { type TableRow, tableRow } from './table.ts';
import { frame } from './wire.ts';

/** What an edge tells its sockets of by itself. A topic is a feed's kind and the id of what it is about. */
export interface Feeds {
  drops: Audience;
  seats: SeatAudience;
  sales: SalesTicker;
}

const full = (connection: Connection, topic: string): boolean =>
  connection.topics.size >= LIMITS.watchedPerSocket && !connection.topics.has(topic);

const TOO_MANY = refuse(
  'LIMIT_EXCEEDED',
  { max: LIMITS.watchedPerSocket },
  'A socket can watch only so many at once.',
);

export function watchRows(feeds: Feeds, sales: Sales): TableRow[] {
  /** The rows of a feed that a drop's watchers share: a whole first, then what changes. */
  function dropRows(kind: 'drop' | 'seats', feed: Audience | SeatAudience, topicOf: typeof dropTopic) {
    async function watch(connection: Connection, payload: unknown) {
      const { dropId } = payload as { dropId: string };
      const topic = topicOf(dropId);
      if (full(connection, topic)) return TOO_MANY;
      // In the audience first, snapshot second: a change between the two reaches the socket, it is not missed.
      const isNew = connection.open && !connection.topics.has(topic);
      if (isNew) {
        feed.add(dropId);
        follow(connection, topic);
      }
      const state = await feed.snapshot(dropId).catch((err: unknown) => {
        if (isNew) leave(connection, topic);
        throw err;
      });
      if (state) return ok(state);
      if (isNew) leave(connection, topic);
      return refuse('NOT_FOUND');
    }
    return [
      tableRow(`${kind}:watch`, CLIENT_EVENTS[`${kind}:watch`], 'account', watch),
      tableRow(`${kind}:unwatch`, CLIENT_EVENTS[`${kind}:unwatch`], 'account', (connection, payload) => {
        leave(connection, topicOf((payload as { dropId: string }).dropId));
        return ok({});
      }),
    ];
  }

  function leave(connection: Connection, topic: string): void {
    if (!connection.topics.has(topic)) return;
    unfollow(connection, topic);
    forget(feeds, topic);
  }

  async function watchSales(connection: Connection, payload: unknown) {
    const { eventId } = payload as { eventId: string };
    const topic = salesTopic(eventId);
    if (full(connection, topic)) return TOO_MANY;
    const { account } = connection.caller;
    // The same for any id: nothing is said about what exists.
    if (!(await sales.maySee(account, eventId)))
      return refuse(account.role === 'user' ? 'FORBIDDEN' : 'NOT_FOUND');
    const view = await sales.salesOf(eventId);
    if (view.ok && connection.open && !connection.topics.has(topic)) {
      feeds.sales.add(eventId);
      follow(connection, topic);
    }
    return view;
  }

  return [
    ...dropRows('drop', feeds.drops, dropTopic),
    ...dropRows('seats', feeds.seats, seatsTopic),
    // Not only vendors: whoever is in a team may have an account of any kind.
    tableRow('sales:watch', CLIENT_EVENTS['sales:watch'], 'account', watchSales),
  ];
}

const partsOf = (topic: string): [kind: string, id: string] => {
  const at = topic.indexOf(':');
  return [topic.slice(0, at), topic.slice(at + 1)];
};

/** One watcher less for what this topic is about. */
export function forget(feeds: Feeds, topic: string): void {
  const [kind, id] = partsOf(topic);
  if (kind === 'drop') feeds.drops.remove(id);
  else if (kind === 'seats') feeds.seats.remove(id);
  else feeds.sales.remove(id);
}

/**
 * Sockets whose account may no longer see what it watches hear no more of it (rule VT6). Returns how many watches ended.
 * @throws when the ledger cannot be asked: then everybody goes on
 */
export async function endForbiddenWatches(
  connections: Iterable<Connection>,
  feeds: Feeds,
  sales: Sales,
): Promise<number> {
  const watching = [...connections].flatMap((connection) =>
    [...connection.topics]
      .map(partsOf)
      .filter(([kind]) => kind === 'sales')
      .map(([, eventId]) => ({ connection, account: connection.caller.account, eventId })),
  );
  const allowed = await sales.mayStillSee(watching);
  let ended = 0;
  watching.forEach(({ connection, eventId }, at) => {
    const topic = salesTopic(eventId);
    if (allowed[at] || !connection.open || !connection.topics.has(topic)) return;
    unfollow(connection, topic);
    forget(feeds, topic);
    ended++;
  });
  return ended;
}

/** What a socket that stopped reading for a while has missed, whole; all states of seats it asks for itself. */
export function catchUpFrames(connection: Connection, feeds: Feeds): string[] {
  const frames: string[] = [];
  const stale = new Set<string>();
  for (const topic of connection.topics) {
    const [kind, id] = partsOf(topic);
    if (kind !== 'sales') stale.add(id);
    const state = kind === 'drop' ? feeds.drops.last(id) : undefined;
    if (state) frames.push(frame('drop:state', state));
    const figures = kind === 'sales' ? feeds.sales.last(id) : undefined;
    if (figures) frames.push(figures);
  }
  return [...[...stale].map((dropId) => frame('server:stale', { dropId })), ...frames];
}
