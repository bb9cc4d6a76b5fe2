/**
 * Slow readers. Socket.IO on uWebSockets.js drops in silence what a peer does not take: the socket stays "connected"
 * and no event fires. So the edge looks at each socket's unread bytes itself, stops pushing to the slow ones (they
 * leave their topics, which costs the others nothing), gives them a whole snapshot once they have drained, and closes
 * those that do not.
 */
import { LIMITS } from '../limits.ts';
import type { Connection } from './connection.ts';

export interface BackpressureDeps {
  connections(): Iterable<Connection>;
  now(): number;
  /** Frames that bring a drained socket up to date, topic by topic. */
  catchUp(connection: Connection): string[];
}

export interface BackpressureCounts {
  stale: number;
  recovered: number;
  closed: number;
}

function goStale(connection: Connection, now: number): void {
  connection.staleSince = now;
  for (const topic of connection.topics) connection.raw.unsubscribe(topic);
}

function goFresh(connection: Connection, deps: BackpressureDeps): void {
  connection.staleSince = 0;
  for (const topic of connection.topics) connection.raw.subscribe(topic);
  for (const text of deps.catchUp(connection)) connection.raw.send(text);
}

/** One pass over all sockets. */
export function checkBuffers(deps: BackpressureDeps): BackpressureCounts {
  const counts: BackpressureCounts = { stale: 0, recovered: 0, closed: 0 };
  const now = deps.now();
  const hopeless: Connection[] = [];
  for (const connection of deps.connections()) {
    if (!connection.open) continue;
    const unread = connection.raw.getBufferedAmount();
    if (unread >= LIMITS.socketBufferMaxBytes / 2) hopeless.push(connection);
    else if (connection.staleSince === 0) {
      if (unread <= LIMITS.socketStaleBufferBytes) continue;
      goStale(connection, now);
      counts.stale++;
    } else if (unread <= LIMITS.socketStaleBufferBytes / 4) {
      goFresh(connection, deps);
      counts.recovered++;
    } else if (now - connection.staleSince >= LIMITS.socketStaleCloseMs) hopeless.push(connection);
  }
  // Closing runs the socket's handlers, which change the table being walked above.
  for (const connection of hopeless) {
    if (!connection.open) continue;
    connection.raw.close();
    counts.closed++;
  }
  return counts;
}
