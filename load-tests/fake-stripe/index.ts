/** The fake Stripe for tests and chaos runs: in this process, or as a process of its own. README.md tells how. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export { TEST_CARDS } from './cards.ts';
export { type Control, DEFAULT_KEY, type Dump } from './control.ts';
export type { Fault } from './faults.ts';
export { API_VERSION } from './house.ts';
export { type FakeStripe, type FakeStripeOptions, startFakeStripe } from './server.ts';
export type { Charge, Dispute, Intent, Refund, StripeEvent } from './things.ts';
export { type Endpoint, type Mischief, signatureOf } from './webhooks.ts';

export interface FakeStripeProcess {
  url: string;
  pid: number;
  /** `control('POST', 'faults', {…})`. @throws Error with the fake's own words */
  control<T = unknown>(method: string, path: string, body?: object): Promise<T>;
  /** Ends it as a crash would, or (default) as Ctrl-C does; resolves once it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface SpawnOptions {
  port?: number;
  journal?: string;
  seed?: string;
}

/** Resolves once it answers. @throws Error when it ends instead */
export async function spawnFakeStripe({
  port = 0,
  journal,
  seed,
}: SpawnOptions = {}): Promise<FakeStripeProcess> {
  const args = [fileURLToPath(new URL('./main.ts', import.meta.url)), '--port', String(port)];
  if (journal) args.push('--journal', journal);
  if (seed) args.push('--seed', seed);
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, at] = /^fake Stripe on (\S+)$/.exec(line) ?? [];
      if (at) resolve(at);
    });
    child.once('error', reject);
    void gone.then(() => reject(new Error('the fake Stripe ended before it answered')));
  });
  return {
    url,
    pid: child.pid as number,
    async control<T>(method: string, path: string, body?: object): Promise<T> {
      const answer = await fetch(`${url}/_control/${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const value = (await answer.json()) as T & { error?: { message: string } };
      if (!answer.ok) throw new Error(value.error?.message ?? `control answered ${answer.status}`);
      return value;
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      await gone;
    },
  };
}
