/** The demo's other sale: a hall with 2,000 numbered seats, open at once and without a line, so that one can choose at leisure. */
import type { EventBody } from '../catalog/index.ts';
import { generateVenue, type Maps } from '../seating/index.ts';
import { DEMO_TERMS, type DemoSale, type DemoSaleDeps, ensureOpen, saturdayAfter } from './sale.ts';

const SALE_LASTS_MS = 24 * 60 * 60_000;

const BILLS = [
  {
    artist: 'Aurelia String Collective',
    title: 'Aurelia String Collective: the winter cycle',
    description:
      'Four evenings of music in one, from before midnight to after dawn. Choose your seats on the map.',
  },
  {
    artist: 'Hollis & Grey',
    title: 'Hollis & Grey: an evening of tall stories',
    description: 'Two storytellers, one lamp, no notes. Every seat is numbered.',
  },
];

function billFor(mapId: string, count: number, now: number): EventBody {
  const currency = 'EUR';
  return {
    ...(BILLS[count % BILLS.length] as (typeof BILLS)[number]),
    type: 'concert',
    venue: { name: 'Harbour Hall', city: 'Hamburg', timeZone: 'Europe/Berlin' },
    // A week after the other one, so that it stands behind it in lists by date.
    startsAt: saturdayAfter(now, 28).toISOString(),
    status: 'published',
    tiers: [
      { name: 'Stalls', priceCents: 8900, currency },
      { name: 'Circle', priceCents: 6900, currency },
      { name: 'Balcony', priceCents: 4500, currency },
    ],
    terms: DEMO_TERMS,
    seating: {
      mapId,
      assignment: {
        sections: {
          'stalls-left': '0',
          'stalls-centre': '0',
          'stalls-right': '0',
          circle: '1',
          balcony: '2',
        },
      },
    },
    drop: {
      line: false,
      opensAt: new Date(now - 1_000).toISOString(),
      endsAt: new Date(now + SALE_LASTS_MS).toISOString(),
      holdSeconds: 300,
      extendSeconds: 120,
      limitPerFan: 6,
    },
  };
}

export const ensureSeatedSale = (deps: DemoSaleDeps & { maps: Pick<Maps, 'import'> }): Promise<DemoSale> =>
  ensureOpen(deps, true, async (vendor, count, now) => {
    const map = await deps.maps.import(vendor.id, generateVenue(2_000));
    if (!map.ok) throw new Error(`demo map: ${map.error.message ?? map.error.code}`);
    return billFor(map.value.id, count, now);
  });
