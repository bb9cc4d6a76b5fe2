/** Holdfast's own processes, started for a test or a benchmark on given stores: real ones, that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../server/main.ts', import.meta.url));
const NODE = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const READY_MS = 150_000;

export interface RunningProcess {
  pid: number;
  /** HTTP, when it has the role `api`. */
  url?: string;
  /** Sockets, when it has the role `edge`. */
  socketUrl?: string;
  /** The child's output so far. */
  output(): string;
  /** Resolves with its exit code or signal once it has ended, whoever ended it. */
  exited: Promise<number | NodeJS.Signals | null>;
  /** Ends it (SIGTERM by default) and resolves with its exit code or signal. */
  stop(signal?: NodeJS.Signals): Promise<number | NodeJS.Signals | null>;
}

/** Starts `server/main.ts` with these roles and waits until it says where it listens. @throws Error with its output */
export function startProcess(roles: string, env: Record<string, string>): Promise<RunningProcess> {
  const child: ChildProcess = spawn(NODE, [MAIN], {
    env: {
      ...process.env,
      PORT: '0',
      SOCKET_PORT: '0',
      HOST: '127.0.0.1',
      HOLDFAST_ROLES: roles,
      HOLDFAST_DEMO: 'off',
      HOLDFAST_CROWD: '0',
      HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`not ready after ${READY_MS} ms:\n${output}`));
    }, READY_MS);
    const look = (chunk: Buffer) => {
      output += chunk.toString();
      if (!/^Ready\.$/m.test(output)) return;
      clearTimeout(timer);
      const url = /Pages and API +(http\S+)/.exec(output)?.[1];
      const socketUrl = /Sockets +(http\S+)/.exec(output)?.[1];
      resolve({
        pid: child.pid as number,
        ...(url ? { url } : {}),
        ...(socketUrl ? { socketUrl } : {}),
        output: () => output,
        exited,
        stop(signal = 'SIGTERM') {
          child.kill(signal);
          return exited;
        },
      });
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    void exited.then((code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it was ready:\n${output}`));
    });
  });
}
