/** What can be wrong within one row. */
import { isDescribed, seatsOfRow } from './expand.ts';
import { BLOCK_SEATS_MAX } from './gate-plan.ts';
import type { Problems } from './map-problems.ts';
import { labelsOf } from './numbering.ts';
import { hasRoom } from './row-line.ts';
import type { DescribedRow, MapRow, WrittenSeat } from './venue-map.ts';

type Say = (at: string, message: string) => void;

/** Whether the row's description can be followed; its seats are only looked at if so. */
function checkDescription(row: DescribedRow, say: Say): boolean {
  let sound = true;
  const bad: Say = (at, message) => {
    sound = false;
    say(at, message);
  };
  const { line, count, aisles = [] } = row;
  const chord = Math.hypot(line.to[0] - line.from[0], line.to[1] - line.from[1]);
  if (chord === 0 && count > 1) bad('/line', `${count} seats on a line that has no length`);
  else if (Math.abs(line.bulge ?? 0) > chord / 2)
    bad(
      '/line/bulge',
      `${line.bulge} is more than half the way from end to end: that is no arc up to a half circle`,
    );
  else if (!hasRoom(row)) bad('/aisleWidth', 'the aisles need more room than the row has');
  for (const [i, offset] of aisles.entries())
    if (offset >= count) bad(`/aisles/${i}`, `offset ${offset} is past the last of ${count} seats`);
  const labels = labelsOf(row.numbering, count);
  if (!labels) {
    bad('/numbering', `runs out of numbers before all ${count} seats have one`);
    return false;
  }
  for (const flag of ['accessible', 'companion', 'restricted'] as const)
    for (const [i, name] of (row[flag] ?? []).entries()) {
      if (typeof name === 'number' && name >= count)
        bad(`/${flag}/${i}`, `offset ${name} is past the last of ${count} seats`);
      if (typeof name === 'string' && !labels.includes(name))
        bad(`/${flag}/${i}`, `no seat is labelled ${name}: labels go from ${labels[0]} to ${labels.at(-1)}`);
    }
  return sound;
}

/** Whether a companion has an accessible seat beside it, other companions between them allowed, aisles not. */
function accompanies(seats: readonly WrittenSeat[], offset: number): boolean {
  const look = (step: 1 | -1): boolean => {
    for (let i = offset; ; i += step) {
      const left = seats[step === 1 ? i : i - 1];
      const next = seats[i + step];
      if (!next || left?.aisle) return false;
      if (next.accessible) return true;
      if (!next.companion) return false;
    }
  };
  return look(1) || look(-1);
}

function checkBlocks(seats: readonly WrittenSeat[], say: Say): void {
  let first = 0;
  for (const [i, { aisle }] of seats.entries()) {
    if (!aisle && i < seats.length - 1) continue;
    if (i - first + 1 > BLOCK_SEATS_MAX)
      say('', `${i - first + 1} seats without an aisle; a block has at most ${BLOCK_SEATS_MAX}`);
    first = i + 1;
  }
}

/** @param at pointer of the row */
export function checkRow(row: MapRow, at: string, section: string, problems: Problems): void {
  const where = `row ${row.label} of ${section}`;
  const described = isDescribed(row);
  const say: Say = (inside, message) => problems.add(at + inside, `${message} (${where})`);
  if (described && !checkDescription(row, say)) return;
  const seats = seatsOfRow(row);
  if (seats.length === 0) problems.add(at, `${where} has no seats`);
  checkBlocks(seats, say);
  const seen = new Set<string>();
  for (const [i, seat] of seats.entries()) {
    // A described row's seats stand nowhere in the document: the row does.
    const seatAt = described ? at : `${at}/seats/${i}`;
    if (seen.has(seat.label)) problems.add(seatAt, `label ${seat.label} is there twice in ${where}`);
    seen.add(seat.label);
    if (seat.accessible && seat.companion)
      problems.add(seatAt, `seat ${seat.label} in ${where} is accessible and a companion's at once`);
    else if (seat.companion && !accompanies(seats, i))
      problems.add(
        seatAt,
        `seat ${seat.label} in ${where} is for a companion, and no accessible seat is beside it`,
      );
  }
}
