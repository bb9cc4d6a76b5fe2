/**
 * The document that describes a venue: `holdfast-venue-map/1` (docs/venue-maps.md, docs/venue-map.schema.json).
 *
 * Units are the map's own; decimetres suit, since places are kept to a hundredth and drawn to a tenth of a unit. x grows to
 * the right and y downwards, as on a screen. A row is *written out* (every seat) or *described* (a line, a count and a
 * numbering), and `expand` makes all of them written out: the normal form, which is what is stored and exported.
 */
import { type Static, Type } from 'typebox';
import { SECTIONS_MAX } from './gate-plan.ts';

export const MAP_FORMAT = 'holdfast-venue-map/1';
/** Farther from zero than this, a map is a mistake: 65 km in decimetres. */
export const COORDINATE_MAX = 100_000;
/** Seats nearer to each other than this stand on each other, where a map does not say: 40 cm in decimetres. */
export const SEAT_WIDTH = 4;
/** Offsets and counts within one row; no block of it may be longer than gate-plan.ts allows. */
export const ROW_SEATS_MAX = 2_000;
const ROWS_MAX = 2_000;
const LABEL_NUMBER_MAX = 99_999;

/** Text that begins and ends with something one can see, without control characters. */
const VISIBLE = '^\\S(?:[^\\u0000-\\u001f\\u007f]*\\S)?$';

const strict = { additionalProperties: false } as const;
const text = (maxLength: number, description: string) =>
  Type.String({ minLength: 1, maxLength, pattern: VISIBLE, description });
const Coordinate = Type.Number({ minimum: -COORDINATE_MAX, maximum: COORDINATE_MAX });
const Point = Type.Tuple([Coordinate, Coordinate]);
const Outline = Type.Array(Point, {
  minItems: 3,
  maxItems: 500,
  description: 'Corners of a polygon, in order.',
});
const Key = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,39}$',
  description: 'Names a section or an area for events that use the map; the same over all versions of it.',
});
const TierKey = Type.String({
  pattern: '^[a-z0-9][a-z0-9_-]{0,39}$',
  description: 'A name such as "front", for which an event says which of its tiers it is.',
});
const Flag = (description: string) => Type.Optional(Type.Boolean({ description }));
const Offset = Type.Integer({ minimum: 0, maximum: ROW_SEATS_MAX - 1 });

export const WrittenSeat = Type.Object(
  {
    label: text(12, 'What the seat is called within its row.'),
    x: Coordinate,
    y: Coordinate,
    tier: Type.Optional(TierKey),
    accessible: Flag('A place for a wheelchair, or a seat without steps.'),
    companion: Flag('For whoever comes along with the accessible seat beside it.'),
    restricted: Flag('Restricted view.'),
    aisle: Flag('An aisle after this seat: the next one is not its neighbour.'),
  },
  strict,
);

export const WrittenRow = Type.Object(
  {
    label: text(20, 'What the row is called within its section.'),
    tier: Type.Optional(TierKey),
    seats: Type.Array(WrittenSeat, { maxItems: ROW_SEATS_MAX }),
  },
  strict,
);

export const Numbering = Type.Object(
  {
    from: Type.Integer({ minimum: 0, maximum: LABEL_NUMBER_MAX, description: 'The first number.' }),
    step: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000, description: 'From one number to the next; default 1.' }),
    ),
    direction: Type.Enum(['ltr', 'rtl'], {
      description:
        'ltr: numbers rise along the line; rtl: against it. With odd-even: the side of the odd numbers.',
    }),
    scheme: Type.Enum(['all', 'odd', 'even', 'odd-even'], {
      description: 'odd-even: odd numbers on one side and even ones on the other, from the middle outwards.',
    }),
    skip: Type.Optional(
      Type.Array(Type.Integer({ minimum: 0, maximum: LABEL_NUMBER_MAX }), {
        maxItems: 1_000,
        description: 'Numbers nobody gets, such as 13.',
      }),
    ),
  },
  strict,
);

const Named = (what: string) =>
  Type.Optional(
    Type.Array(Type.Union([Type.String({ minLength: 1, maxLength: 12 }), Offset]), {
      maxItems: ROW_SEATS_MAX,
      description: `${what}: labels (text) or offsets from the line's start (numbers, from 0).`,
    }),
  );

export const DescribedRow = Type.Object(
  {
    label: text(20, 'What the row is called within its section.'),
    tier: Type.Optional(TierKey),
    line: Type.Object(
      {
        from: Point,
        to: Point,
        bulge: Type.Optional(
          Type.Number({
            minimum: -COORDINATE_MAX,
            maximum: COORDINATE_MAX,
            description:
              'How far the middle of the row lies off the straight line, to the right of who walks it: an arc through both ends.',
          }),
        ),
      },
      strict,
    ),
    count: Type.Integer({ minimum: 1, maximum: ROW_SEATS_MAX }),
    numbering: Numbering,
    aisles: Type.Optional(
      Type.Array(Offset, {
        maxItems: ROW_SEATS_MAX,
        description: 'Offsets of seats with an aisle after them.',
      }),
    ),
    aisleWidth: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: COORDINATE_MAX,
        description: 'How much room each aisle takes; default 0.',
      }),
    ),
    accessible: Named('Accessible seats'),
    companion: Named('Companion seats'),
    restricted: Named('Seats with a restricted view'),
  },
  strict,
);

const Section = <Row extends typeof WrittenRow | ReturnType<typeof anyRow>>(row: Row) =>
  Type.Object(
    {
      key: Key,
      label: text(120, 'What the section is called: "Stalls left".'),
      tier: Type.Optional(TierKey),
      outline: Type.Optional(Outline),
      rows: Type.Array(row, { maxItems: ROWS_MAX }),
    },
    strict,
  );
function anyRow() {
  return Type.Union([WrittenRow, DescribedRow]);
}

const StandingArea = Type.Object(
  {
    key: Key,
    label: text(120, 'What the area is called.'),
    tier: Type.Optional(TierKey),
    outline: Outline,
    capacity: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  },
  strict,
);

const mapOf = <Row extends typeof WrittenRow | ReturnType<typeof anyRow>>(row: Row) =>
  Type.Object(
    {
      format: Type.Literal(MAP_FORMAT),
      name: text(200, 'What the venue, or this way of seating it, is called.'),
      focal: Type.Tuple([Coordinate, Coordinate], {
        description: 'The point everybody wants to be near to: the middle of the stage, the centre circle.',
      }),
      seatWidth: Type.Optional(
        Type.Number({
          exclusiveMinimum: 0,
          maximum: 1_000,
          description: 'Seats nearer to each other than this stand on each other; default 4.',
        }),
      ),
      stage: Type.Optional(
        Type.Object({ label: text(120, 'What is drawn on it: "Stage".'), outline: Outline }, strict),
      ),
      sections: Type.Array(Section(row), { maxItems: SECTIONS_MAX }),
      standing: Type.Optional(Type.Array(StandingArea, { maxItems: SECTIONS_MAX })),
    },
    strict,
  );

export const VenueMap = mapOf(anyRow());
export type VenueMap = Static<typeof VenueMap>;
/** Every row written out; tiers on seats. What `expand` returns. */
export const ExpandedMap = mapOf(WrittenRow);
export type ExpandedMap = Static<typeof ExpandedMap>;

export type WrittenSeat = Static<typeof WrittenSeat>;
export type WrittenRow = Static<typeof WrittenRow>;
export type DescribedRow = Static<typeof DescribedRow>;
export type Numbering = Static<typeof Numbering>;
export type MapRow = WrittenRow | DescribedRow;

/** What docs/venue-map.schema.json holds (`npm run schema` writes it): for editors and whoever makes maps by program. */
export const VENUE_MAP_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Holdfast venue map',
  ...VenueMap,
};
