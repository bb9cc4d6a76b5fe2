/** The edge's own events: watching a drop, watching an event's sales. */
import { LIMITS } from '../limits.ts';
import { CLIENT_EVENTS, ok, refuse } from '../protocol/index.ts';
import { type Audience, dropTopic } from './audience.ts';
import { type Connection, follow, unfollow } from './connection.ts';
import { type Sales, type SalesTicker, salesTopic } from './sales-ticker.ts';
import { type TableRow, tableRow } from './table.ts';
import { frame } from './wire.ts';

const full = (connection: Connection, topic: string): boolean =>
  connection.topics.size >= LIMITS.watchedPerSocket && !connection.topics.has(topic);

const TOO_MANY = refuse(
  'LIMIT_EXCEEDED',
  { max: LIMITS.watchedPerSocket },
  'A socket can watch only so many at once.',
);

export function watchRows(audience: Audience, ticker: SalesTicker, sales: Sales): TableRow[] {
  async function watchDrop(connection: Connection, payload: unknown) {
    const { dropId } = payload as { dropId: string };
    const topic = dropTopic(dropId);
    if (full(connection, topic)) return TOO_MANY;
    // In the audience first, snapshot second: a change between the two reaches the socket, it is not missed.
    const isNew = connection.open && !connection.topics.has(topic);
    if (isNew) {
      audience.add(dropId);
      follow(connection, topic);
    }
    const state = await audience.snapshot(dropId).catch((err: unknown) => {
      if (isNew) leave(connection, topic);
      throw err;
    });
    if (state) return ok(state);
    if (isNew) leave(connection, topic);
    return refuse('NOT_FOUND');
  }

  function leave(connection: Connection, topic: string): void {
    if (!connection.topics.has(topic)) return;
    unfollow(connection, topic);
    forget(audience, ticker, topic);
  }

  async function watchSales(connection: Connection, payload: unknown) {
    const { eventId } = payload as { eventId: string };
    const topic = salesTopic(eventId);
    if (full(connection, topic)) return TOO_MANY;
    if (!(await sales.maySee(connection.caller.account, eventId))) return refuse('NOT_FOUND');
    const view = await sales.salesOf(eventId);
    if (view.ok && connection.open && !connection.topics.has(topic)) {
      ticker.add(eventId);
      follow(connection, topic);
    }
    return view;
  }

  return [
    tableRow('drop:watch', CLIENT_EVENTS['drop:watch'], 'account', watchDrop),
    tableRow('drop:unwatch', CLIENT_EVENTS['drop:unwatch'], 'account', (connection, payload) => {
      leave(connection, dropTopic((payload as { dropId: string }).dropId));
      return ok({});
    }),
    tableRow('sales:watch', CLIENT_EVENTS['sales:watch'], 'vendor', watchSales),
  ];
}

/** One watcher less for what this topic is about. */
export function forget(audience: Audience, ticker: SalesTicker, topic: string): void {
  const at = topic.indexOf(':');
  const id = topic.slice(at + 1);
  if (topic.startsWith('drop:')) audience.remove(id);
  else ticker.remove(id);
}

/** What a socket that stopped reading for a while has missed, whole. */
export function catchUpFrames(connection: Connection, audience: Audience, ticker: SalesTicker): string[] {
  const frames: string[] = [];
  for (const topic of connection.topics) {
    const id = topic.slice(topic.indexOf(':') + 1);
    if (!topic.startsWith('drop:')) {
      const sales = ticker.last(id);
      if (sales) frames.push(sales);
      continue;
    }
    frames.push(frame('server:stale', { dropId: id }));
    const state = audience.last(id);
    if (state) frames.push(frame('drop:state', state));
  }
  return frames;
}
