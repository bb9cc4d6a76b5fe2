import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { isAlive, lockOwner } from '../../server/stores/data-lock.ts';
import { until } from '../../server/stores/testing.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'holdfast-start-'));
chmodSync(dir, 0o755);
const started: ChildProcess[] = [];
afterAll(async () => {
  for (const child of started)
    if (child.exitCode === null && child.signalCode === null) endGroup(child, 'SIGKILL');
  await until('nothing is left on the data', () => lockOwner(dir) === undefined, 30_000);
  rmSync(dir, { recursive: true, force: true });
});

/** `npm start` as a terminal runs it: the head of a process group of its own. */
function npmStart(env: Record<string, string> = {}) {
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      DATABASE_URL: '',
      REDIS_URL: '',
      HOLDFAST_DATA: dir,
      PORT: '0',
      SOCKET_PORT: '0',
      HOLDFAST_CROWD: '3',
      ...env,
    },
  });
  started.push(child);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const says = (what: string) =>
    until(
      `npm start says ${what}, after:\n${said}`,
      () => said.includes(what) || child.exitCode !== null,
      120_000,
    );
  return { child, ended, says, said: () => said };
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  process.kill(-(child.pid as number), signal);
}

const pagesOf = (said: string) => /Pages and API\s+(http:\S+)/.exec(said)?.[1] as string;

/** Pids of a process's descendants, itself included, whatever group or session they moved to (Linux: /proc). */
function family(pid: number): number[] {
  const parentOf = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      parentOf.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch (err) {
      // It ended while we looked.
      if (!['ENOENT', 'ESRCH'].includes((err as NodeJS.ErrnoException).code ?? '')) throw err;
    }
  }
  const found = [pid];
  for (const head of found) for (const [child, parent] of parentOf) if (parent === head) found.push(child);
  return found;
}

test('G34, G35: npm start serves pages and a demo, and Ctrl-C, SIGTERM to npm and SIGKILL leave nothing behind', async () => {
  const endings: [string, (child: ChildProcess) => void][] = [
    ['Ctrl-C', (child) => endGroup(child, 'SIGINT')],
    ['SIGTERM to npm alone', (child) => child.kill('SIGTERM')],
    ['SIGKILL to all of it', (child) => endGroup(child, 'SIGKILL')],
  ];
  let saleBefore: string | undefined;
  for (const [how, end] of endings) {
    const holdfast = npmStart();
    await holdfast.says('Ready.');
    const said = holdfast.said();
    const pages = pagesOf(said);
    expect((await fetch(`${pages}/readyz`)).status, said).toBe(200);
    expect(await (await fetch(`${pages}/`)).text()).toContain('<script type="module"');
    expect(said).toContain('fan@demo.holdfast');
    const sale = /\/d\/(\S+)/.exec(said)?.[1];
    const drop = (await (await fetch(`${pages}/drops/${sale}`)).json()) as { phase: string };
    expect(['lobby', 'drawing', 'live']).toContain(drop.phase);
    // The second and third start find what the first one made.
    expect(sale).toBe(saleBefore ?? sale);
    saleBefore = sale;

    const members = family(holdfast.child.pid as number);
    expect(members.length, 'npm, shell, start, server, crowd, two guards, two stores').toBeGreaterThan(8);
    end(holdfast.child);
    await holdfast.ended;
    await until(`${how}: nothing is left`, () => members.every((pid) => !isAlive(pid)), 30_000);
    expect(lockOwner(dir)).toBeUndefined();
  }
}, 180_000);

test('G17, G36: a port in use is told with the way out, and the exit code says so', async () => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '0.0.0.0', resolve));
  const { port } = squatter.address() as { port: number };
  const holdfast = npmStart({ PORT: String(port) });
  const [code] = await holdfast.ended;
  expect(code).not.toBe(0);
  expect(holdfast.said()).toContain(`Port ${port} is in use by another program`);
  expect(holdfast.said()).toContain('PORT=');
  expect(holdfast.said()).not.toMatch(/\n\s+at /);
  expect(lockOwner(dir)).toBeUndefined();
  squatter.close();
}, 120_000);
