/** What a search tells besides events, on the wire. */
import { type Static, Type } from 'typebox';

const Counted = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }));

export const FacetView = Type.Object({
  /** Events under all filters. */
  total: Type.Integer(),
  types: Counted,
  cities: Counted,
  /** `2026-11`, UTC, in order. */
  months: Counted,
  currencies: Counted,
  /** Events by the lowest price of a ticket, minor units; `toCents` null: and more. */
  prices: Type.Array(
    Type.Object({
      fromCents: Type.Integer(),
      toCents: Type.Union([Type.Integer(), Type.Null()]),
      count: Type.Integer(),
    }),
  ),
});
export type FacetView = Static<typeof FacetView>;
