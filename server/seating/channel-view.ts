/** Channels as their vendor sees them: how many seats each has, which, and how many of them are free. */
import { ok, type Result, refuse, type SeatChannel } from '../protocol/index.ts';
import { type Db, sqlFile } from '../stores/index.ts';

const LIST = sqlFile(import.meta.url, 'channels.sql');

interface ChannelRow {
  channel: number;
  name: string;
  code: string | null;
  release_at: Date | null;
  released_at: Date | null;
  seats: number;
  free: number;
  numbers: number[];
}

/** Runs of neighbouring numbers: [first, how many]. */
function stretchesOf(numbers: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const seat of numbers) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === seat) last[1]++;
    else runs.push([seat, 1]);
  }
  return runs;
}

const viewOf = (row: ChannelRow): SeatChannel => ({
  channel: row.channel,
  name: row.name,
  code: row.code,
  releaseAt: row.release_at?.toISOString() ?? null,
  releasedAt: row.released_at?.toISOString() ?? null,
  seats: row.seats,
  free: row.free,
  runs: stretchesOf(row.numbers),
});

/** Live ones first. */
export async function listOf(db: Db, eventId: string): Promise<SeatChannel[]> {
  return (await db.all<ChannelRow>(LIST, [eventId])).map(viewOf);
}

export async function oneOf(db: Db, eventId: string, channel: number): Promise<Result<SeatChannel>> {
  const found = (await listOf(db, eventId)).find((each) => each.channel === channel);
  return found ? ok(found) : refuse('NOT_FOUND');
}
