/** Small pictures of past nights for `prepare-browse.ts`: rows and files as uploads leave them, beside what is on sale. */
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import type { Ids } from '../server/kernel/index.ts';
import type { Pool } from '../server/stores/index.ts';

const PER_NIGHT = 50;

/** Each event on sale was there a year ago, too: same place, same artist. */
const PAST_NIGHTS = `
  insert into events.events (id, vendor_id, title, type, artist, venue_name, venue_city, time_zone, start_at, status, currency)
  select gen_random_uuid(), vendor_id, title, type, artist, venue_name, venue_city, time_zone,
         start_at - interval '500 days', 'ended', currency
    from events.events where id = any ($1::uuid[])
  returning id`;
const PICTURES = `
  insert into pictures.images (id, kind, user_id, event_id, status, slot, width, height)
  select p.id, 'night', p.user_id, p.event_id, 'shown', 1, 1600, 1200
    from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as p (id, user_id, event_id)`;

/** As long a side as an upload's, drawn once: the files are one on disk, and read one by one all the same. */
async function drawn(width: number): Promise<Buffer> {
  const height = (width * 3) / 4;
  const noise = { type: 'gaussian' as const, mean: 120, sigma: 12 };
  return sharp({ create: { width, height, channels: 3, background: '#345', noise } })
    .webp({ quality: 60 })
    .toBuffer();
}

/** `count` pictures by `fans` of nights before the events on sale; files under `folder`, named as the disk store names them. */
export async function fillPictures(
  deps: { db: Pool; ids: Ids; folder: string },
  eventIds: readonly string[],
  fans: readonly string[],
  count: number,
): Promise<void> {
  const { rows: nights } = await deps.db.raw.query<{ id: string }>(PAST_NIGHTS, [eventIds]);
  const pictures = Array.from({ length: count }, (_, i) => ({
    id: deps.ids.next(),
    userId: fans[(i * 7) % fans.length] as string,
    eventId: (nights[Math.floor(i / PER_NIGHT) % nights.length] as { id: string }).id,
  }));
  const sizes = { large: await drawn(1_600), small: await drawn(480) };
  const masters = new Map<string, string>();
  for (const [size, bytes] of Object.entries(sizes)) {
    const master = join(deps.folder, `${size}.master`);
    mkdirSync(dirname(master), { recursive: true });
    writeFileSync(master, bytes);
    masters.set(size, master);
  }
  for (const { id } of pictures) {
    const folder = join(deps.folder, id.slice(-2));
    mkdirSync(folder, { recursive: true });
    for (const [size, master] of masters) linkSync(master, join(folder, `${id}.${size}.webp`));
  }
  for (let at = 0; at < pictures.length; at += 5_000) {
    const part = pictures.slice(at, at + 5_000);
    await deps.db.raw.query(PICTURES, [
      part.map((one) => one.id),
      part.map((one) => one.userId),
      part.map((one) => one.eventId),
    ]);
  }
}
