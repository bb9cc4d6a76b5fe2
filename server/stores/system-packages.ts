/** Programs that npm cannot bring: found on the PATH, or installed by the system's package manager when we may. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Full path of the first of these programs on the PATH (and where systems put servers). */
export function onPath(names: readonly string[], path = process.env.PATH ?? ''): string | undefined {
  for (const name of names)
    for (const dir of [
      ...path.split(delimiter),
      '/usr/bin',
      '/usr/sbin',
      '/usr/local/bin',
      '/opt/homebrew/bin',
    ]) {
      if (dir && isExecutable(join(dir, name))) return join(dir, name);
    }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Manager {
  program: string;
  /** Commands that install packages, in order. */
  install(packages: string): string[];
}

const MANAGERS: readonly Manager[] = [
  {
    program: 'apt-get',
    install: (p) => ['apt-get update', `apt-get install -y --no-install-recommends ${p}`],
  },
  { program: 'apk', install: (p) => [`apk add ${p}`] },
  { program: 'dnf', install: (p) => [`dnf install -y ${p}`] },
];

/** The commands a person would run here to get `packages`; empty when no package manager is known. */
export function installCommands(packages: string): string[] {
  return MANAGERS.find((manager) => onPath([manager.program]))?.install(packages) ?? [];
}

/**
 * Installs system packages when we are root. A freshly installed server is kept from starting a service of its own.
 * Returns what went wrong, or undefined when it is done.
 */
export function installPackages(packages: string): string | undefined {
  if (process.getuid?.() !== 0) return 'this needs root';
  const commands = installCommands(packages);
  if (commands.length === 0) return 'no known package manager';
  for (const command of commands) {
    const run = spawnSync('/bin/sh', ['-c', command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
      maxBuffer: 64 * 1024 * 1024,
    });
    // A stale index is no reason to give up: the package may be there all the same.
    if (run.status !== 0 && command !== 'apt-get update')
      return `${command}: ${(run.stderr || run.stdout).trim().slice(-800)}`;
  }
  return undefined;
}
