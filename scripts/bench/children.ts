/** The processes of a benchmark: edge and load generator beside it. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
