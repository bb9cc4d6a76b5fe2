/** Disk and bucket keep the same promises; the bucket is a server that speaks S3 and checks signatures. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pictureSettings, type S3Settings } from '../config/pictures.ts';
import { diskStore } from './disk-store.ts';
import { s3Store } from './s3-store.ts';
import type { PictureStore } from './store.ts';
import { type TestBucket, testBucket } from './testing-s3.ts';

const dir = mkdtempSync(join(tmpdir(), 'holdfast-pictures-'));
const disk = join(dir, 'disk');
let bucket: TestBucket;
let url: string;

beforeAll(async () => {
  bucket = await testBucket(join(dir, 'bucket'));
  url = bucket.url;
});
afterAll(async () => {
  await bucket.close();
  await rm(dir, { recursive: true, force: true });
});

function settings(given: string): S3Settings {
  const read = pictureSettings(given);
  if ('problem' in read || !read.s3) throw new Error('no settings');
  return read.s3;
}
async function listed(store: PictureStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key, modifiedMs } of store.list()) {
    expect(Math.abs(Date.now() - modifiedMs)).toBeLessThan(60_000);
    keys.push(key);
  }
  return keys.sort();
}

const stores: [string, () => PictureStore][] = [
  ['disk', () => diskStore(disk)],
  ['bucket', () => s3Store(settings(url))],
];
describe.each(stores)('%s', (_name, open) => {
  test('I12: what is put is there, whole; what is removed is not; nothing is no error', async () => {
    const store = open();
    await store.probe();
    expect(await listed(store)).toEqual([]);
    expect(await store.get('0f/none.small.webp')).toBeNull();
    await store.remove('0f/none.small.webp');
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 31) % 256));
    await store.put('0f/a.large.webp', bytes);
    await store.put('1e/b.small.webp', Buffer.from('one'));
    await store.put('1e/b.small.webp', Buffer.from('another'));
    expect((await store.get('0f/a.large.webp'))?.equals(bytes)).toBe(true);
    expect((await store.get('1e/b.small.webp'))?.toString()).toBe('another');
    expect(await listed(store)).toEqual(['0f/a.large.webp', '1e/b.small.webp']);
    await store.remove('0f/a.large.webp');
    expect(await store.get('0f/a.large.webp')).toBeNull();
    expect(await listed(store)).toEqual(['1e/b.small.webp']);
  });

  test('I12: many at once do not mix', async () => {
    const store = open();
    const keys = Array.from({ length: 20 }, (_, i) => `aa/${i}.small.webp`);
    await Promise.all(keys.map((key) => store.put(key, Buffer.from(key.repeat(1_000)))));
    for (const key of keys) expect((await store.get(key))?.toString()).toBe(key.repeat(1_000));
  });
});

test('I12: on disk a write that fails leaves nothing, and readers of one that runs see the old or the new', async () => {
  const store = diskStore(disk);
  // A file where the folder should be.
  writeFileSync(join(disk, 'bb'), '');
  await expect(store.put('bb/c.small.webp', Buffer.from('x'))).rejects.toThrow();
  const [old, next] = [Buffer.alloc(400_000, 1), Buffer.alloc(400_000, 2)];
  await store.put('cc/d.large.webp', old);
  const writing = store.put('cc/d.large.webp', next);
  for (let i = 0; i < 20; i++) {
    const seen = await store.get('cc/d.large.webp');
    expect(seen?.equals(old) || seen?.equals(next)).toBe(true);
  }
  await writing;
  expect(readdirSync(join(disk, 'cc'))).toEqual(['d.large.webp']);
});

test('I12: a bucket with another secret answers nothing', async () => {
  const store = s3Store(settings(url.replace('S3RVER:S3RVER', 'S3RVER:another')));
  await expect(store.put('aa/x.small.webp', Buffer.from('x'))).rejects.toThrow();
  await expect(store.get('aa/0.small.webp')).rejects.toThrow();
  expect(bucket.seen.refused).toBeGreaterThan(1);
  expect(bucket.seen.signed).toBeGreaterThan(20);
});

describe('settings', () => {
  test('I18: a bucket, a prefix, a region, a key', () => {
    expect(settings('https://AKIA:s%2Fcret@s3.example/pictures/a/b/?region=eu-west-1')).toEqual({
      endpoint: 'https://s3.example',
      bucket: 'pictures',
      prefix: 'a/b/',
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 's/cret' },
    });
    expect(settings('http://127.0.0.1:9000/pictures')).toMatchObject({ prefix: '', credentials: undefined });
    expect(pictureSettings(undefined)).toEqual({ s3: undefined });
  });

  test.each([
    'pictures',
    's3://AKIA:topsecret@host/pictures',
    'https://AKIA:topsecret@host/',
    'https://AKIA:topsecret@host/UPPER',
    'https://AKIA:topsecret@host/pictures/../x%20y',
    'https://AKIA:topsecret@host/pictures//x',
    'https://topsecret@host/pictures',
    'https://AKIA:topsecret%@host/pictures',
  ])('I18: %s is refused, and not repeated', (given) => {
    const read = pictureSettings(given);
    expect(read).toHaveProperty('problem');
    expect(JSON.stringify(read)).not.toContain('topsecret');
  });
});
