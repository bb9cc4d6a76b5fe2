/**
 * What every command needs before it can run: dependencies as the lock file says, and the pinned Node 22 among them.
 *
 * Install scripts are off (.npmrc), and run only for the packages that package.json's `allowScripts` names: the runtime
 * and embedded Postgres, whose binaries do not work without theirs. Plain JavaScript for Node 20: this runs first.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
/** The pinned runtime: only it can run the server's TypeScript. */
export const NODE = join(ROOT, 'node_modules/node/bin/node');
const STAMP = join(ROOT, 'node_modules/.holdfast-scripts');

/** Progress goes to stderr: stdout belongs to what the command prints. */
const say = (line) => process.stderr.write(`${line}\n`);

export function fail(problem, remedy) {
  process.stderr.write(`\n${problem}\n${remedy ? `  ${remedy}\n` : ''}\n`);
  process.exit(1);
}

const readJson = (file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

/** Whether node_modules is what package-lock.json asks for (packages for other platforms may be absent). */
function isInstalled() {
  if (!existsSync(join(ROOT, 'node_modules/.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || (present[path] ? present[path].version === entry.version : entry.optional === true),
  );
}

/** Allowed packages that are installed here, with their versions. */
function allowed() {
  return Object.entries(readJson('package.json').allowScripts)
    .filter(([name, may]) => may && existsSync(join(ROOT, 'node_modules', name, 'package.json')))
    .map(([name]) => `${name}@${readJson(`node_modules/${name}/package.json`).version}`);
}

/** npm as it was called, else the one on the PATH; never the Node inside node_modules, which npm ci removes. */
function npm(args) {
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((dir) => !dir.includes('node_modules'))
    .join(delimiter);
  const env = { ...process.env, PATH: path };
  // What `npm start` set for its own child would steer the npm below it.
  for (const name of Object.keys(env))
    if (/^npm_(config_(ignore_scripts|local_prefix)|lifecycle|package)/i.test(name)) delete env[name];
  const run = spawnSync('npm', args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  if (run.error)
    fail(`npm could not be run: ${run.error.message}`, 'Install Node 20 or later with npm, and try again.');
  return run.status === 0;
}

/** Installs what is missing or out of date. Ends the process with a plain message when that fails. */
export function ensureInstalled() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    fail(
      `Node ${process.versions.node} is too old.`,
      'Holdfast needs Node 20 or later to start (it brings Node 22 along).',
    );
  if (!isInstalled()) {
    say('Installing dependencies (npm ci) ...');
    if (!npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']))
      fail(
        'The dependencies could not be installed.',
        'See the lines above; a network is needed the first time.',
      );
  }
  const names = allowed();
  const stamp = names.join('\n');
  if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== stamp || !existsSync(NODE)) {
    say('Setting up the runtime and Postgres ...');
    const packages = names.map((name) => name.slice(0, name.lastIndexOf('@')));
    if (!npm(['rebuild', ...packages, '--ignore-scripts=false', '--loglevel=error']) || !existsSync(NODE))
      fail('The pinned Node 22 could not be set up.', 'Remove node_modules and try again.');
    writeFileSync(STAMP, stamp);
  }
  const version = spawnSync(NODE, ['--version'], { encoding: 'utf8' });
  if (version.status !== 0)
    fail(
      `The pinned Node 22 does not run here: ${version.error?.message ?? version.stderr}`,
      'Holdfast needs a glibc system (Debian, Ubuntu, Fedora, macOS); on Alpine use the Docker image.',
    );
}

/** The environment of our programs: the pinned Node first on the PATH, for whatever they start themselves. */
export function runtimeEnv(extra = {}) {
  return {
    ...process.env,
    PATH: [dirname(NODE), join(ROOT, 'node_modules/.bin'), process.env.PATH ?? ''].join(delimiter),
    ...extra,
  };
}

/** Runs the pinned Node to its end, output passing through. Returns its exit code. */
export function runNode(args, env = {}) {
  const run = spawnSync(NODE, args, { cwd: ROOT, stdio: 'inherit', env: runtimeEnv(env) });
  if (run.error) fail(`${args[0]} could not be run: ${run.error.message}`);
  return run.status ?? 1;
}

/**
 * Runs the pinned Node as a child that stops when we do: signals are handed on, and should we be killed, the closed
 * channel (`process.on('disconnect')`) tells it. Resolves with its exit code.
 */
export function superviseNode(args, env = {}) {
  const child = spawn(NODE, args, {
    cwd: ROOT,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: runtimeEnv(env),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal));
  // npm ends the shell between itself and us, and the shell does not hand that on: we notice that it is gone.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event)
    setInterval(() => {
      if (process.ppid !== parent) child.kill('SIGTERM');
    }, 500).unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? (signal ? 1 : 0)));
  });
}
