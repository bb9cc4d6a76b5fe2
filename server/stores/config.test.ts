import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../config.ts';
import { generateKeys } from '../keys/index.ts';
import { generateVaultKey } from '../payments/vault/index.ts';

const dir = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const production = {
  NODE_ENV: 'production',
  HOLDFAST_DATA: dir,
  HOLDFAST_KEYS: JSON.stringify(generateKeys()),
  HOLDFAST_VAULT_KEYS: generateVaultKey(),
  HOLDFAST_ORIGINS: 'https://tickets.example',
  DATABASE_URL: 'postgres://holdfast:k3pt-away@db/holdfast',
  REDIS_URL: 'redis://:k3pt-away@redis:6379',
};

test('G20: production takes nothing for granted', () => {
  expect(readConfig(production)).toMatchObject({ production: true, demo: false });
  const refused: [Record<string, string>, RegExp][] = [
    [{ HOLDFAST_KEYS: '' }, /HOLDFAST_KEYS is not set[\s\S]*npm run keys/],
    [{ HOLDFAST_VAULT_KEYS: '' }, /HOLDFAST_VAULT_KEYS is not set[\s\S]*npm run --silent vault/],
    [{ HOLDFAST_ORIGINS: '' }, /HOLDFAST_ORIGINS is not set/],
    [{ HOLDFAST_ADMIN_PASSWORD: 'short' }, /at least 12 characters/],
    [{ HOLDFAST_KEYS: 'change-me' }, /HOLDFAST_KEYS is not JSON/],
    [{ HOLDFAST_ADMIN_PASSWORD: 'change-me' }, /HOLDFAST_ADMIN_PASSWORD/],
    [{ DATABASE_URL: 'postgres://holdfast:change-me@db/holdfast' }, /DATABASE_URL has a default password/],
    [{ REDIS_URL: 'redis://:change-me@redis:6379' }, /REDIS_URL has a default password/],
  ];
  for (const [env, message] of refused) expect(() => readConfig({ ...production, ...env })).toThrow(message);
});

test('G21: a setting that makes no sense is refused by name, with what would', () => {
  const refused: [Record<string, string>, RegExp][] = [
    [{ PORT: 'http' }, /PORT=http is not a port[\s\S]*0 to 65535/],
    [{ SOCKET_PORT: '70000' }, /SOCKET_PORT=70000/],
    [{ HOLDFAST_ROLES: 'api,cook' }, /HOLDFAST_ROLES names "cook"[\s\S]*api, edge, worker/],
    [{ HOLDFAST_CROWD: 'many' }, /HOLDFAST_CROWD=many/],
    [{ HOLDFAST_EXEMPT_NETWORKS: '10.0.0.0/40' }, /HOLDFAST_EXEMPT_NETWORKS has "10\.0\.0\.0\/40"/],
  ];
  for (const [env, message] of refused)
    expect(() => readConfig({ HOLDFAST_DATA: dir, ...env })).toThrow(message);
  expect(readConfig({ HOLDFAST_DATA: dir })).toMatchObject({
    port: 3000,
    socketPort: 3001,
    crowd: 300,
    demo: true,
  });
});
