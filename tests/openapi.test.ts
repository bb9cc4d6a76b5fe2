/**
 * The API asked at random by its own description (rule X82): schemathesis makes requests from `/openapi.json`, right ones, ones at
 * the edges and wrong ones, and holds each answer against what is described.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type House, OPERATOR, openHouse } from './browser/house.ts';

const VERSION = '4.32.5';
const VENV = join(homedir(), '.cache/holdfast/schemathesis');
const REMEDY = `schemathesis is not here: python3 -m venv ${VENV} && ${VENV}/bin/pip install schemathesis==${VERSION}`;

/** On the PATH or where CI puts it; installed where it is missing and Python is there. */
function schemathesis(): string {
  const found = () =>
    [...(process.env.PATH ?? '').split(delimiter), join(VENV, 'bin')]
      .filter(Boolean)
      .map((dir) => join(dir, 'schemathesis'))
      .find(existsSync);
  if (!found()) {
    spawnSync('python3', ['-m', 'venv', VENV], { stdio: 'inherit' });
    spawnSync(join(VENV, 'bin/pip'), ['install', '-q', `schemathesis==${VERSION}`], { stdio: 'inherit' });
  }
  const binary = found();
  if (!binary) throw new Error(REMEDY);
  return binary;
}

const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
  'response_headers_conformance',
];
/** They end the session that asks, or speak another protocol's language (tests of server/oauth). */
const LEFT_OUT = String.raw`^/(logout|sessions/\{sessionId\}|oauth/|login/outside)`;
// What is not set up here says so (501); a service that is away, too (503).
const CONFIG = `[checks.not_a_server_error]\nexpected-statuses = ["2xx", "3xx", "4xx", 501, 503]\n`;

let house: House;
let binary: string;
beforeAll(async () => {
  binary = schemathesis();
  house = await openHouse('api,edge,worker');
}, 240_000);
afterAll(() => house?.close(), 60_000);

/** The run's exit code, and what it said. */
function run(token: string | null): Promise<{ code: number | null; said: string }> {
  const config = join(house.world.dir, 'schemathesis.toml');
  writeFileSync(config, CONFIG);
  const child = spawn(
    binary,
    [
      ...['--config-file', config, 'run', `${house.url}/openapi.json`],
      ...(token === null ? [] : ['--header', `Authorization: Bearer ${token}`]),
      ...['--phases', 'examples,coverage,fuzzing', '--max-examples', '6', '--generation-deterministic'],
      ...['--checks', CHECKS.join(','), '--exclude-path-regex', LEFT_OUT],
      ...['--no-color', '--warnings', 'off', '--request-timeout', '30'],
    ],
    { cwd: house.world.dir, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

async function tokenOf(who: { email: string; password: string }): Promise<string> {
  const answer = await fetch(`${house.url}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: who.email, password: who.password }),
  });
  return ((await answer.json()) as { accessToken: string }).accessToken;
}

test.each(['nobody', 'a fan', 'a vendor', 'an operator'] as const)(
  'X82: asked at random by %s, nothing answers with a defect or with what it does not describe',
  {
    timeout: 300_000,
  },
  async (who) => {
    const token =
      who === 'nobody'
        ? null
        : await tokenOf(
            who === 'an operator' ? OPERATOR : await house.person('Sam', who === 'a fan' ? 'user' : 'vendor'),
          );
    const { code, said } = await run(token);
    expect(code, said.slice(-6_000)).toBe(0);
    const cases = Number(/(\d+) generated/.exec(said)?.[1] ?? 0);
    expect(cases, said.slice(-2_000)).toBeGreaterThan(2_000);
    // Whoever asked was not thrown out on the way, or all that followed would have been refused alike.
    if (token !== null)
      expect((await fetch(`${house.url}/me`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(
        200,
      );
  },
);
