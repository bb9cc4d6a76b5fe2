/**
 * Who changes what the cache keeps, and what they tell it: after the commit and before the answer, so that whoever wrote reads what they
 * wrote (rule E32). What is live (stock, phases, a tier's price as it is shown) is read each time and told nobody. A writer that is not here
 * and changes an event, its list, its map, its picture or a price is found by tests/cache-writers.test.ts.
 */
import { type Catalog, eventTag } from '../catalog/index.ts';
import type { Pictures } from '../pictures/index.ts';
import type { Pricing } from '../pricing/index.ts';
import type { Result } from '../protocol/index.ts';
import type { Seating } from '../seating/index.ts';
import type { Cache } from '../stores/index.ts';
import type { Chore } from '../transport/index.ts';

type Tell = Pick<Cache, 'invalidate'>;

/** What was refused changed nothing; of what failed nobody knows whether it was committed. */
async function telling<T>(
  cache: Tell,
  tags: (value: T | null) => readonly string[],
  work: () => Promise<Result<T>>,
): Promise<Result<T>> {
  let result: Result<T>;
  try {
    result = await work();
  } catch (err) {
    await cache.invalidate(tags(null));
    throw err;
  }
  if (result.ok) await cache.invalidate(tags(result.value));
  return result;
}

const ofEvent = (id: string) => () => [eventTag(id), 'events', 'prices'];
const prices = () => ['prices'];

export const tellingCatalog = (catalog: Catalog, cache: Tell): Catalog => ({
  ...catalog,
  create: (vendor, body) =>
    telling(
      cache,
      () => ['events', 'prices'],
      () => catalog.create(vendor, body),
    ),
  edit: (editor, id, edit, ifMatch) =>
    telling(cache, ofEvent(id), () => catalog.edit(editor, id, edit, ifMatch)),
  remove: (editor, id, ifMatch) => telling(cache, ofEvent(id), () => catalog.remove(editor, id, ifMatch)),
  cancel: (editor, id, body, ifMatch) =>
    telling(cache, ofEvent(id), () => catalog.cancel(editor, id, body, ifMatch)),
});

export const tellingSeating = (seating: Seating, cache: Tell): Seating => ({
  ...seating,
  put: (editor, eventId, body) => telling(cache, ofEvent(eventId), () => seating.put(editor, eventId, body)),
});

/** A picture that an operator decides on may be an event's: which, is known once it is decided. */
export const tellingPictures = (pictures: Pictures, cache: Tell): Pictures => ({
  ...pictures,
  putCover: (editor, eventId, image) =>
    telling(cache, ofEvent(eventId), () => pictures.putCover(editor, eventId, image)),
  removeCover: (editor, eventId) =>
    telling(cache, ofEvent(eventId), () => pictures.removeCover(editor, eventId)),
  decide: (operator, imageId, decision, reason) =>
    telling(
      cache,
      (found) => (found?.kind === 'night' ? [] : ['*']),
      () => pictures.decide(operator, imageId, decision, reason),
    ),
});

export const tellingPricing = (pricing: Pricing, cache: Tell): Pricing => ({
  ...pricing,
  terms: {
    ...pricing.terms,
    put: (account, eventId, body, ifMatch) =>
      telling(cache, prices, () => pricing.terms.put(account, eventId, body, ifMatch)),
  },
  tiers: {
    ...pricing.tiers,
    setPrice: (account, tierId, cents, why) =>
      telling(cache, prices, () => pricing.tiers.setPrice(account, tierId, cents, why)),
  },
  rules: {
    ...pricing.rules,
    put: (account, tierId, body) => telling(cache, prices, () => pricing.rules.put(account, tierId, body)),
    remove: (account, tierId) => telling(cache, prices, () => pricing.rules.remove(account, tierId)),
    async followDue() {
      const changed = await pricing.rules.followDue();
      if (changed > 0) await cache.invalidate(prices());
      return changed;
    },
  },
});

/** A chore that fails half-way is done again; what it had done by then is told by then. */
export const tellingChore = (chore: Chore, cache: Tell, tags: readonly string[]): Chore => ({
  ...chore,
  async work() {
    const round = await chore.work();
    if (round.done > 0) await cache.invalidate(tags);
    return round;
  },
});
