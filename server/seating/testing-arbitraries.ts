/**
 * Random small maps and wishes: a few sections of curved or straight rows, blocks of few seats, costs that are often equal,
 * and seats in every state. A map shrinks row by row and seat by seat.
 */
import fc from 'fast-check';
import { NOT_ON_SALE } from './gate-plan.ts';
import type { HoldWish, PickedWish } from './testing-judgement.ts';
import { ME } from './testing-models.ts';
import { type BestWish, isOpen, type Model, type ModelSeat } from './testing-reference.ts';

/** A seat of its own: where it stands, and with that often its cost, is the map's. */
type Spot = Pick<ModelSeat, 'tier' | 'cost' | 'flags' | 'state' | 'user' | 'kept'>;

/** How full a map is: share of its seats that nobody has, in percent. */
const fullness = fc.constantFrom(40, 60, 80, 100);

/** `usual` but for one in so many; shrinks to it. */
const mostly = <T>(usual: fc.Arbitrary<T>, oneIn: number, rare: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: oneIn - 1, arbitrary: usual },
    { weight: 1, arbitrary: rare },
  );
const always = <T>(value: T): fc.Arbitrary<T> => fc.constant<T>(value);

type Whose = Pick<ModelSeat, 'state' | 'user'>;
const free: Whose = { state: 'free' };
const offered = fc.constantFrom<Whose>({ state: 'offered', user: ME }, { state: 'offered', user: 'other' });
const taken = fc.constantFrom<Whose>({ state: 'sold' }, { state: 'held' });

function spot(tiers: number, freePercent: number): fc.Arbitrary<Spot> {
  return fc
    .record({
      tier: mostly(fc.nat(tiers - 1), 30, always(NOT_ON_SALE)),
      cost: fc.nat(3),
      flags: mostly(always(0), 4, fc.constantFrom(1, 2, 4, 5)),
      whose: fc.oneof(
        { withCrossShrink: true },
        { weight: freePercent, arbitrary: always(free) },
        { weight: 100 - freePercent, arbitrary: taken },
        { weight: 4, arbitrary: offered },
      ),
      channel: mostly(always(0), 12, fc.constantFrom(2, 3)),
      keepsAccessible: fc.boolean(),
    })
    .map(({ tier, cost, flags, whose, channel, keepsAccessible }) => ({
      tier,
      cost,
      flags,
      ...whose,
      kept: channel === 0 && flags % 2 === 1 && keepsAccessible ? 1 : channel,
    }));
}

/**
 * Sections of rows of blocks of spots, set out on the ground: `curve` bends rows, `shift` moves every other one, so that
 * middles do not line up. `far` makes cost the distance from a point instead of a small random figure.
 */
interface Ground {
  curve: number;
  shift: number;
  /** How many costs there are, where they are not distances. */
  costs: number;
  far: { x: number; y: number } | null;
}

function setOut(tiers: number, sections: Spot[][][][], ground: Ground): Model {
  const seats: ModelSeat[] = [];
  let [row, block] = [0, 0];
  for (const [section, rows] of sections.entries()) {
    for (const [depth, blocks] of rows.entries()) {
      let across = 0;
      for (const spots of blocks) {
        for (const one of spots) {
          const x = 1000 + section * 300 + across * 10 + (depth % 2) * ground.shift;
          const y = 1000 + depth * 12 + ground.curve * Math.abs(across - 4);
          const { far } = ground;
          const cost = far ? Math.floor(Math.hypot(x - far.x, y - far.y)) : one.cost % ground.costs;
          seats.push({ ...one, block, row, section, x, y, cost });
          across++;
        }
        across++;
        block++;
      }
      row++;
    }
    row++;
  }
  return { tiers, sections: sections.length, seats };
}

interface MapShape {
  sections: number;
  rows: number;
  blocks: number;
  blockSeats: number;
  tiers: number;
}

/** A third is as plain as can be: there most groups are alike. */
const ground: fc.Arbitrary<Ground> = mostly<Ground>(
  fc.record({
    curve: fc.constantFrom(0, 1, 3),
    shift: fc.constantFrom(0, 5, 7),
    costs: fc.constantFrom(1, 2, 4),
    far: fc.option(
      fc.record({ x: fc.integer({ min: 1000, max: 1500 }), y: fc.integer({ min: 950, max: 1060 }) }),
    ),
  }),
  3,
  always<Ground>({ curve: 0, shift: 0, costs: 1, far: null }),
);

function modelsOf(shape: MapShape): fc.Arbitrary<Model> {
  return fc.tuple(fc.integer({ min: 1, max: shape.tiers }), fullness).chain(([tiers, free]) => {
    const block = fc.array(spot(tiers, free), { minLength: 1, maxLength: shape.blockSeats, size: 'max' });
    const row = fc.array(block, { minLength: 1, maxLength: shape.blocks });
    const section = fc.array(row, { minLength: 1, maxLength: shape.rows });
    return fc
      .tuple(fc.array(section, { minLength: 1, maxLength: shape.sections }), ground)
      .map(([sections, on]) => setOut(tiers, sections, on));
  });
}

/** Halls, and now and then a few seats only: there a group must be split, and parts are alike. */
const models = (): fc.Arbitrary<Model> =>
  fc.oneof(
    { weight: 2, arbitrary: modelsOf({ sections: 3, rows: 5, blocks: 3, blockSeats: 8, tiers: 3 }) },
    { weight: 1, arbitrary: modelsOf({ sections: 1, rows: 3, blocks: 2, blockSeats: 3, tiers: 1 }) },
  );

const asker = {
  user: fc.constant(ME),
  accessible: mostly(always<boolean>(false), 4, always(true)),
  channel: mostly(always(0), 4, fc.constantFrom(2, 3)),
  orphanRule: mostly(always<boolean>(true), 5, always(false)),
};

/** A number below `count` half of the time. */
const asked = (count: number) => fc.option(fc.nat(count - 1), { nil: undefined });

export interface BestCase {
  model: Model;
  wish: BestWish;
}
export const bestCases: fc.Arbitrary<BestCase> = models().chain((model) =>
  fc
    .record({
      ...asker,
      n: mostly(fc.integer({ min: 1, max: 4 }), 3, fc.integer({ min: 5, max: 9 })),
      tier: asked(model.tiers),
      section: asked(model.sections),
      together: fc.constantFrom('row' as const, 'rows' as const, 'any' as const),
    })
    .map(({ tier, section, ...wish }) => ({
      model,
      wish: {
        ...wish,
        ...(tier === undefined ? {} : { tier }),
        ...(section === undefined ? {} : { section }),
      },
    })),
);

/** Where to pick from, and how far apart: gaps are what leaves orphans. */
const picking = {
  start: fc.nat(1000),
  steps: fc.array(fc.constantFrom(1, 1, 2, 2, 3, 4), { maxLength: 6 }),
  takenToo: mostly(always<boolean>(false), 10, always(true)),
  anyTier: mostly(always<boolean>(false), 4, always(true)),
};
type Picking = { start: number; steps: number[]; takenToo: boolean; anyTier: boolean };

/** Seats near each other, mostly of one tier and all open. None where nothing is on sale. */
function picksOf(
  model: Model,
  asker: Parameters<typeof isOpen>[1],
  { start, steps, takenToo, anyTier }: Picking,
): number[] {
  const onSale = model.seats.flatMap((s, i) => (s.tier === NOT_ON_SALE ? [] : [i]));
  const open = onSale.filter((i) => takenToo || isOpen(model, asker, i));
  const first = open.find((i) => i >= start % model.seats.length) ?? open[0] ?? onSale[0];
  if (first === undefined) return [];
  const places = [first];
  for (const step of steps) places.push(places.at(-1)! + step);
  const fits = (seat: number) =>
    open.includes(seat) && (anyTier || model.seats[seat]!.tier === model.seats[first]!.tier);
  return places.filter((seat) => seat === first || fits(seat));
}

const relaxPercent = mostly(always(0), 4, fc.constantFrom(20, 50, 100));

export interface PickedCase {
  model: Model;
  wish: PickedWish;
}
export const pickedCases: fc.Arbitrary<PickedCase> = models()
  .filter((model) => model.seats.some((s) => s.tier !== NOT_ON_SALE))
  .chain((model) =>
    fc
      .record({ ...asker, relaxPercent, picking: fc.record(picking) })
      .map(({ picking: how, ...wish }) => ({ model, wish: { ...wish, seats: picksOf(model, wish, how) } })),
  );

/** Requests that reach the gate together: each is judged beside those before it. */
export interface BatchCase {
  model: Model;
  wishes: HoldWish[];
}
export const batchCases: fc.Arbitrary<BatchCase> = models().chain((model) => {
  const best = fc
    .record({
      n: fc.integer({ min: 1, max: 4 }),
      tier: asked(model.tiers),
      section: asked(model.sections),
      together: fc.constantFrom('row' as const, 'rows' as const, 'any' as const),
    })
    .map((one) => JSON.parse(JSON.stringify(one)) as typeof one);
  const { orphanRule, ...fan } = asker;
  const user = fc.constantFrom(ME, 'other', 'third');
  const wish = fc.record({
    ...fan,
    picking: fc.option(fc.record(picking)),
    bests: fc.array(best, { maxLength: 2 }),
  });
  // Many want the same: the gate searches once for all of them.
  const requests = fc
    .tuple(
      fc.array(wish, { minLength: 1, maxLength: 3, size: 'max' }),
      fc.array(fc.tuple(fc.nat(2), user), { minLength: 1, maxLength: 8, size: 'max' }),
    )
    .map(([kinds, all]) => all.map(([kind, who]) => ({ ...kinds[kind % kinds.length]!, user: who })));
  return fc.record({ orphanRule, relaxPercent, wishes: requests }).map(({ wishes, ...rules }) => ({
    model,
    wishes: wishes
      .map(({ picking: how, ...one }) => {
        const all = { ...one, ...rules };
        return { ...all, picks: how ? picksOf(model, all, how) : [] };
      })
      .filter(({ picks, bests }) => picks.length + bests.length > 0),
  }));
});
