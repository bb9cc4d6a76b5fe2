/**
 * Everything that can be wrong with a map, each said at the very seat, up to a hundred problems at once: shape first, then
 * what only the whole shows. A map that passes fits the gate's bytes and can be drawn and sold.
 */
import { checkRow } from './check-row.ts';
import { checkShape } from './check-shape.ts';
import { checkSpacing } from './check-spacing.ts';
import { expand, isDescribed } from './expand.ts';
import { SEATS_MAX } from './gate-plan.ts';
import { gatherProblems, type MapProblem, type Problems } from './map-problems.ts';
import type { ExpandedMap, VenueMap } from './venue-map.ts';

export type CheckedMap = { ok: true; map: ExpandedMap } | { ok: false; problems: readonly MapProblem[] };

/** Says the second and each later of values that are the same. */
export function checkTwice(values: readonly string[], say: (index: number, first: number) => void): void {
  const seen = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const first = seen.get(value);
    if (first === undefined) seen.set(value, index);
    else say(index, first);
  }
}

const seatsIn = (map: VenueMap): number =>
  map.sections.reduce(
    (sum, { rows }) =>
      sum + rows.reduce((seats, row) => seats + (isDescribed(row) ? row.count : row.seats.length), 0),
    0,
  );

const area = (outline: readonly [number, number][]): number =>
  Math.abs(
    outline.reduce((sum, [x, y], i) => {
      const [px, py] = outline.at(i - 1) as [number, number];
      return sum + px * y - x * py;
    }, 0),
  ) / 2;

function checkNames(map: VenueMap, problems: Problems): void {
  const { sections, standing = [] } = map;
  const places = [
    ...sections.map(({ key }, i) => ({ at: `/sections/${i}`, key })),
    ...standing.map(({ key }, i) => ({ at: `/standing/${i}`, key })),
  ];
  checkTwice(
    places.map(({ key }) => key),
    (i, first) =>
      problems.add(
        `${places[i]?.at}/key`,
        `key ${places[i]?.key} is there twice: ${places[first]?.at.slice(1)} has it too`,
      ),
  );
  checkTwice(
    sections.map(({ label }) => label),
    (i) =>
      problems.add(
        `/sections/${i}/label`,
        `label ${sections[i]?.label} is there twice: nobody could tell which is meant`,
      ),
  );
  for (const [s, { label, rows }] of sections.entries()) {
    if (rows.length === 0) problems.add(`/sections/${s}`, `${label} has no rows`);
    checkTwice(
      rows.map((row) => row.label),
      (r) => problems.add(`/sections/${s}/rows/${r}`, `row ${rows[r]?.label} is there twice in ${label}`),
    );
  }
}

function checkOutlines(map: VenueMap, problems: Problems): void {
  const outlines = [
    { at: '/stage/outline', outline: map.stage?.outline },
    ...map.sections.map(({ outline }, i) => ({ at: `/sections/${i}/outline`, outline })),
    ...(map.standing ?? []).map(({ outline }, i) => ({ at: `/standing/${i}/outline`, outline })),
  ];
  for (const { at, outline } of outlines)
    if (outline && !(area(outline) > 0)) problems.add(at, 'encloses nothing: its corners lie on one line');
}

/** Half of a surrogate pair: JSON can say it, no text has it, and Postgres refuses it. */
function checkText(map: VenueMap, problems: Problems): void {
  const visit = (value: unknown, at: string): void => {
    if (typeof value === 'string' && !value.isWellFormed())
      problems.add(at, 'has characters that no text has');
    else if (typeof value === 'object' && value !== null)
      for (const [key, inner] of Object.entries(value))
        if (typeof inner !== 'number') visit(inner, `${at}/${key}`);
  };
  visit(map, '');
}

/** @param document what came out of JSON.parse */
export function checkMap(document: unknown): CheckedMap {
  const problems = gatherProblems();
  checkShape(document, problems);
  if (problems.found.length > 0) return { ok: false, problems: problems.found };

  const map = document as VenueMap;
  const seats = seatsIn(map);
  // Before anything is expanded: a few bytes could describe a billion seats.
  if (seats > SEATS_MAX) problems.add('/sections', `${seats} seats; a map has at most ${SEATS_MAX}`);
  if (seats === 0) problems.add('/sections', 'a map without a seat: there is nothing to choose');
  checkNames(map, problems);
  checkOutlines(map, problems);
  checkText(map, problems);
  if (seats <= SEATS_MAX)
    for (const [s, section] of map.sections.entries())
      for (const [r, row] of section.rows.entries())
        checkRow(row, `/sections/${s}/rows/${r}`, section.label, problems);
  if (problems.found.length > 0) return { ok: false, problems: problems.found };

  const expanded = expand(map);
  checkSpacing(map, expanded, problems);
  return problems.found.length > 0 ? { ok: false, problems: problems.found } : { ok: true, map: expanded };
}
