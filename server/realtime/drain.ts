/**
 * Leaving gracefully: everybody is told, nobody new comes in, and sockets are closed one by one at random over the
 * spread, each once what it asked has been answered. Asked anything after its own time, a socket hears DRAINING.
 */
import type { Clock } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import type { Connection } from './connection.ts';

const STEP_MS = 50;

export async function drainConnections(
  connections: () => Iterable<Connection>,
  clock: Clock,
  random: () => number,
  spreadMs: number = LIMITS.drainSpreadMs,
): Promise<void> {
  const start = clock.now();
  for (const connection of connections()) connection.closeAt = start + Math.floor(random() * spreadMs);
  const end = start + spreadMs + LIMITS.drainGraceMs;
  for (;;) {
    const now = clock.now();
    const due: Connection[] = [];
    let left = 0;
    for (const connection of connections()) {
      // Connected while the door was closing: its time is now.
      connection.closeAt ||= now;
      if (now >= end || (now >= connection.closeAt && connection.inFlight === 0)) due.push(connection);
      else left++;
    }
    for (const connection of due) connection.socket.disconnect(true);
    if (left === 0) return;
    await clock.sleep(STEP_MS);
  }
}
