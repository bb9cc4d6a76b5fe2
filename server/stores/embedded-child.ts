/**
 * A server of ours (Postgres, Redis) as a child process that cannot outlive us.
 *
 * It runs in a session of its own, so that Ctrl-C in the terminal reaches us first and we stop it in our order. A
 * small shell stands between: it holds a pipe to us, and when that pipe closes, because we asked for a stop or
 * because we were killed without warning, it ends the server and, if told to, removes its folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';

const GUARD = `
exec 3<&0
"$@" 3<&- </dev/null &
child=$!
(
  while read -r _ <&3; do :; done
  kill -s "$GUARD_STOP" "$child" 2>/dev/null
  tries=0
  while kill -0 "$child" 2>/dev/null && [ "$tries" -lt 200 ]; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL "$child" 2>/dev/null
) &
watcher=$!
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
[ -n "$GUARD_REMOVE" ] && cd / && rm -rf "$GUARD_REMOVE"
exit "$code"
`;

export interface Account {
  uid: number;
  gid: number;
}

export interface ChildOptions {
  command: string;
  args: readonly string[];
  /** Signal that means a clean stop to this server. */
  stopSignal: 'INT' | 'TERM';
  cwd: string;
  /** Open file that takes its stdout and stderr. */
  logFd: number;
  account?: Account | undefined;
  env?: Record<string, string>;
  /** Removed once the server has ended, however that came about. */
  removeAfter?: string;
}

export interface Child {
  /** Resolves with the exit code once the server has ended. */
  readonly exited: Promise<number>;
  readonly running: boolean;
  /** Stops it cleanly; after 20 s, with SIGKILL. */
  stop(): Promise<void>;
}

export function startChild(options: ChildOptions): Child {
  const child: ChildProcess = spawn(
    '/bin/sh',
    ['-c', GUARD, 'holdfast-guard', options.command, ...options.args],
    {
      cwd: options.cwd,
      detached: true,
      stdio: ['pipe', options.logFd, options.logFd],
      env: {
        PATH: process.env.PATH ?? '/usr/bin:/bin',
        LC_ALL: 'C',
        GUARD_STOP: options.stopSignal,
        GUARD_REMOVE: options.removeAfter ?? '',
        ...options.env,
      },
      ...(options.account ?? {}),
    },
  );
  let running = true;
  const exited = new Promise<number>((resolve, reject) => {
    child.once('error', (err) => {
      running = false;
      reject(err);
    });
    child.once('exit', (code) => {
      running = false;
      resolve(code ?? 1);
    });
  });
  // The rejection is told to whoever waits; nobody waiting must not end the process.
  exited.catch(() => undefined);
  // The pipe may break when the server ends by itself: `exited` tells that.
  child.stdin?.on('error', () => undefined);
  return {
    exited,
    get running() {
      return running;
    },
    async stop() {
      child.stdin?.end();
      await exited;
    },
  };
}
