/** The processes of a benchmark: edge and load generator beside it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BenchWorld } from './world.ts';

/** A file of this folder as a process of its own, with a channel to it. */
export function child(file: string, env: Record<string, string> = {}): ChildProcess {
  return fork(fileURLToPath(new URL(file, import.meta.url)), {
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
}

/** Its next message. @throws Error when it ends before */
export const message = <T>(from: ChildProcess): Promise<T> =>
  new Promise((resolve, reject) => {
    from.once('message', (m) => resolve(m as T));
    from.once('exit', (code) => reject(new Error(`a benchmark process ended with ${code}`)));
  });

/** An edge on the world's stores, and where it listens. It ends with `edge.disconnect()`. */
export async function startEdge(world: BenchWorld): Promise<{ edge: ChildProcess; url: string }> {
  const edge = child('./edge-child.ts', {
    DATABASE_URL: world.databaseUrl,
    REDIS_URL: world.redisUrl,
    PORT: '0',
    SOCKET_PORT: '0',
    HOST: '127.0.0.1',
    HOLDFAST_DATA: `${world.dir}/data`,
    HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8',
  });
  const { port } = await message<{ port: number }>(edge);
  return { edge, url: `ws://127.0.0.1:${port}` };
}
