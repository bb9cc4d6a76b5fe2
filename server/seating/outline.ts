/**
 * The outline of a section that a map gives none for: along the first row, down the rows' ends, back along the last row,
 * so that it follows curved rows. Where rows lie so that this is no sound polygon around all seats, their convex hull.
 */
export type Point = [x: number, y: number];
type Row = readonly Point[];

const minus = ([ax, ay]: Point, [bx, by]: Point): Point => [ax - bx, ay - by];
const moved = ([x, y]: Point, [dx, dy]: Point, by: number): Point => [x + dx * by, y + dy * by];
const cross = (a: Point, b: Point) => a[0] * b[1] - a[1] * b[0];
const dot = (a: Point, b: Point) => a[0] * b[0] + a[1] * b[1];
const distance = (a: Point, b: Point) => Math.hypot(a[0] - b[0], a[1] - b[1]);
const unit = (v: Point): Point => {
  const length = Math.hypot(...v);
  return length > 0 ? [v[0] / length, v[1] / length] : [0, 0];
};
const endsOf = (row: Row): [Point, Point] => [row[0] as Point, row.at(-1) as Point];

/** Rows that all run the same way, whichever way they were written. */
function aligned(rows: readonly Row[]): Row[] {
  const result: Row[] = [];
  for (const row of rows) {
    const before = result.at(-1);
    const [[a1, b1], [a2, b2]] = [before ? endsOf(before) : endsOf(row), endsOf(row)];
    const straight = distance(a1, a2) + distance(b1, b2);
    result.push(straight > distance(a1, b2) + distance(b1, a2) ? row.toReversed() : row);
  }
  return result;
}

/** The way a row goes at its i-th seat. */
function heading(row: Row, i: number, otherwise: Point): Point {
  if (row.length < 2) return otherwise;
  return unit(minus(row[Math.min(i + 1, row.length - 1)] as Point, row[Math.max(i - 1, 0)] as Point));
}

/** A row moved sideways by `margin`, and made longer by it at both ends. */
function border(row: Row, side: number, margin: number, across: Point): Point[] {
  return row.map((seat, i) => {
    const way = heading(row, i, across);
    const beside = moved(seat, [-way[1] * side, way[0] * side], margin);
    const ends = Number(i === row.length - 1) - Number(i === 0);
    return ends === 0 ? beside : moved(beside, way, margin * ends);
  });
}

function alongRows(given: readonly Row[], margin: number): Point[] {
  const rows = aligned(given);
  const [first, last] = [rows[0] as Row, rows.at(-1) as Row];
  const longest = rows.reduce((a, b) => (b.length > a.length ? b : a));
  const across: Point =
    longest.length > 1 ? unit(minus(...(endsOf(longest).reverse() as [Point, Point]))) : [1, 0];
  const middle = (row: Row) => row[Math.floor(row.length / 2)] as Point;
  // Which side of a row the later rows lie on.
  const later = dot([-across[1], across[0]], minus(middle(last), middle(first))) < 0 ? -1 : 1;
  const inner = rows.slice(1, -1);
  const end = (row: Row, i: number, sign: number) =>
    moved(row.at(i) as Point, heading(row, i < 0 ? row.length - 1 : i, across), margin * sign);
  const top = border(first, -later, margin, across);
  const bottom = border(last, later, margin, across);
  // A row of one seat has both its ends there.
  const whole = (line: Point[]): Point[] =>
    line.length > 1 ? line : [moved(line[0] as Point, across, -margin * 2), line[0] as Point];
  return [
    ...whole(top),
    ...inner.map((row) => end(row, -1, 1)),
    ...whole(bottom).reverse(),
    ...inner.map((row) => end(row, 0, -1)).reverse(),
  ];
}

/** Andrew's monotone chain. */
function hull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (from: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of from) {
      while (
        chain.length > 1 &&
        cross(minus(chain.at(-1) as Point, chain.at(-2) as Point), minus(point, chain.at(-1) as Point)) <= 0
      )
        chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/** Squares around the seats, and the hull of their corners: sound for any seats, one included. */
const hullAround = (rows: readonly Row[], margin: number): Point[] =>
  hull(
    rows.flatMap((row) =>
      row.flatMap(([x, y]): Point[] => [
        [x - margin, y - margin],
        [x + margin, y - margin],
        [x + margin, y + margin],
        [x - margin, y + margin],
      ]),
    ),
  );

export function contains(outline: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (const [i, [ax, ay]] of outline.entries()) {
    const [bx, by] = outline.at(i - 1) as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function crossesItself(outline: readonly Point[]): boolean {
  const edges = outline.map((point, i): [Point, Point] => [
    point,
    outline[(i + 1) % outline.length] as Point,
  ]);
  const apart = (a: Point, b: Point, c: Point, d: Point) =>
    cross(minus(b, a), minus(c, a)) * cross(minus(b, a), minus(d, a)) >= 0;
  return edges.some(([a, b], i) =>
    edges.slice(i + 2).some(([c, d]) => !apart(a, b, c, d) && !apart(c, d, a, b)),
  );
}

/** Leaves out corners that lie within `tolerance` of the line without them (Douglas and Peucker). */
function simplified(line: readonly Point[], tolerance: number): Point[] {
  if (line.length < 3) return [...line];
  const [a, b] = [line[0] as Point, line.at(-1) as Point];
  const way = unit(minus(b, a));
  const off = line.map((point) =>
    a === b || distance(a, b) === 0 ? distance(point, a) : Math.abs(cross(way, minus(point, a))),
  );
  const far = off.reduce((best, value, i) => (value > (off[best] as number) ? i : best), 0);
  if ((off[far] as number) <= tolerance) return [a, b];
  return [
    ...simplified(line.slice(0, far + 1), tolerance).slice(0, -1),
    ...simplified(line.slice(far), tolerance),
  ];
}

/** @param margin how far around the seats' middles, in the map's units */
export function outlineOf(rows: readonly Row[], margin: number): Point[] {
  const filled = rows.filter((row) => row.length > 0);
  if (filled.length === 0) return [];
  const drawn = alongRows(filled, margin);
  const closed = simplified([...drawn, drawn[0] as Point], margin / 4).slice(0, -1);
  const sound =
    closed.length > 2 &&
    !crossesItself(closed) &&
    filled.every((row) => row.every((seat) => contains(closed, seat)));
  return sound ? closed : hullAround(filled, margin);
}
