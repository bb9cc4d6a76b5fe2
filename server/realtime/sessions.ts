/** A socket lives as long as its session: revoked or expired, it is cut within seconds. */
import type { Connection } from './connection.ts';

const CHUNK = 5_000;

/**
 * Asks about all sessions at once (one statement for thousands of sockets) and cuts the sockets of those that are no
 * longer live. Returns how many. @throws when the ledger cannot be asked: then nobody is cut.
 */
export async function cutDeadSessions(
  connections: Iterable<Connection>,
  liveSessions: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<number> {
  const bySession = new Map<string, Connection[]>();
  for (const connection of connections) {
    const { sessionId } = connection.caller.account;
    const mates = bySession.get(sessionId);
    if (mates) mates.push(connection);
    else bySession.set(sessionId, [connection]);
  }
  const ids = [...bySession.keys()];
  let cut = 0;
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK);
    const live = await liveSessions(chunk);
    for (const id of chunk) {
      if (live.has(id)) continue;
      for (const connection of bySession.get(id) ?? []) {
        if (!connection.open) continue;
        connection.socket.disconnect(true);
        cut++;
      }
    }
  }
  return cut;
}
