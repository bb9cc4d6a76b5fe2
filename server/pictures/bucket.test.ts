/** The whole way with a bucket, as `S3_URL` names it: and what happens while it is away. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pictureSettings } from '../config/pictures.ts';
import { type TestWorld, testWorld } from '../stores/testing.ts';
import { aNight, picturesOf, sql } from './testing.ts';
import { picture } from './testing-files.ts';
import { type TestBucket, testBucket } from './testing-s3.ts';

let world: TestWorld;
let bucket: TestBucket;
beforeAll(async () => {
  world = await testWorld();
  bucket = await testBucket(join(world.dir, 'bucket'));
});
afterAll(async () => {
  await bucket.close();
  await world.close();
});

const over = (url: string) => {
  const read = pictureSettings(url);
  if ('problem' in read) throw new Error(read.problem);
  return picturesOf(world, { s3: read.s3 });
};

test('I12: with a bucket a picture is added, seen and deleted as on disk', async () => {
  const pictures = over(bucket.url);
  const { event, fanId } = await aNight(world);
  const made = await pictures.upload(fanId, { eventId: event.eventId }, picture('jpeg'));
  if (!made.ok) throw new Error(made.error.code);
  const { id } = made.value;
  for (const size of ['large', 'small'] as const) {
    const bytes = await pictures.bytes(id, size);
    expect(bytes.ok && bytes.value.subarray(8, 12).toString()).toBe('WEBP');
  }
  expect(pictures.breaker?.state()).toBe('available');
  const account = { id: fanId, role: 'user' as const, name: 'F', sessionId: 's' };
  expect((await pictures.remove(account, fanId, id)).ok).toBe(true);
  expect((await pictures.bytes(id, 'large')).ok).toBe(false);
  expect(await sql(world, 'select 1 from pictures.images')).toEqual([]);
});

test('I13: while the bucket is away, pictures are away and nothing else; what is deleted goes when it is back', async () => {
  const { event, fanId } = await aNight(world);
  const pictures = over(bucket.url);
  const made = await pictures.upload(fanId, { eventId: event.eventId }, picture('jpeg'));
  if (!made.ok) throw new Error(made.error.code);
  // Nobody listens at port 1.
  const away = over(bucket.url.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:1'));
  expect(await away.bytes(made.value.id, 'small')).toMatchObject({
    error: { code: 'TEMPORARILY_UNAVAILABLE' },
  });
  expect(away.breaker?.state()).toBe('degraded');
  expect((await away.ofEvent(event.eventId, { limit: 5, after: null })).ok).toBe(true);
  const refused = await away.upload(fanId, { eventId: event.eventId }, picture('jpeg'));
  expect(refused).toMatchObject({ error: { code: 'TEMPORARILY_UNAVAILABLE' } });
  const account = { id: fanId, role: 'user' as const, name: 'F', sessionId: 's' };
  expect((await away.remove(account, fanId, made.value.id)).ok).toBe(true);
  expect(await sql(world, 'select status from pictures.images')).toEqual([
    { status: 'removed' },
    { status: 'removed' },
  ]);
  away.breaker?.stop();
  await pictures.chores[0]?.work();
  expect(await sql(world, 'select 1 from pictures.images')).toEqual([]);
  expect((await pictures.bytes(made.value.id, 'small')).ok).toBe(false);
});
