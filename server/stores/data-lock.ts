/**
 * One Holdfast per data folder. The lock names its process and when that process began, so that a lock left behind
 * by a crash, or a process number used again after a reboot, is recognised as stale and taken over.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, plainly } from './plain-error.ts';

interface Owner {
  pid: number;
  /** Clock ticks since boot at which the process began (Linux); null where the system does not tell. */
  began: string | null;
}

const held = new Map<string, number>();

/** When a process began: field 22 of /proc/<pid>/stat. */
function beganAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name (field 2) may hold spaces and brackets: count from its end.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    // It is there, and somebody else's.
    return (err as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOwner(file: string): Owner | undefined {
  try {
    const owner = JSON.parse(readFileSync(file, 'utf8')) as Partial<Owner>;
    return typeof owner.pid === 'number' ? { pid: owner.pid, began: owner.began ?? null } : undefined;
  } catch (err) {
    // Torn by a crash while it was written: nobody holds it.
    if (err instanceof SyntaxError || (err as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw err;
  }
}

/** The process that holds `dataDir`, or undefined. */
export function lockOwner(dataDir: string): number | undefined {
  const owner = readOwner(join(dataDir, 'lock'));
  if (!owner || !isAlive(owner.pid)) return undefined;
  return owner.began === null || owner.began === beganAt(owner.pid) ? owner.pid : undefined;
}

/** Takes the folder for this process; several parts of one process may. Returns the release. @throws PlainError */
export function lockData(dataDir: string): () => void {
  const file = join(dataDir, 'lock');
  const count = held.get(file) ?? 0;
  if (count === 0) {
    try {
      mkdirSync(dataDir, { recursive: true });
      take(file, dataDir);
    } catch (err) {
      throw plainly(err, `locking ${dataDir}`);
    }
  }
  held.set(file, count + 1);
  let released = false;
  return () => {
    if (released) return;
    released = true;
    const left = (held.get(file) ?? 1) - 1;
    held.set(file, left);
    if (left === 0) rmSync(file, { force: true });
  };
}

function take(file: string, dataDir: string): void {
  const mine: Owner = { pid: process.pid, began: beganAt(process.pid) };
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
      return;
    } catch (err) {
      if ((err as NodeJS.ErrnoException).code !== 'EEXIST') throw err;
    }
    const owner = lockOwner(dataDir);
    if (owner !== undefined)
      throw new PlainError(
        `Holdfast is already running on ${dataDir} (process ${owner}).`,
        'Use that one, stop it, or set HOLDFAST_DATA to another folder (and PORT, SOCKET_PORT) for a second one.',
      );
    rmSync(file, { force: true });
  }
  throw new PlainError(
    `The lock ${file} could not be taken.`,
    'Another Holdfast is starting on the same data: use that one.',
  );
}
