/** The sentences of choosing seats. */
import { formatNumber as n } from '../ui/format.ts';

const and = (parts: readonly string[]): string =>
  parts.length < 2 ? (parts[0] ?? '') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
const seats = (count: number): string => `${n(count)} ${count === 1 ? 'seat' : 'seats'}`;
const tickets = (count: number): string => `${n(count)} ${count === 1 ? 'ticket' : 'tickets'}`;

export const seatTexts = {
  and,
  seats,
  run: (from: string, to: string) => `${from} to ${to}`,
  inRow: (section: string, row: string, labels: string, count: number) =>
    `${section}, row ${row}, ${count === 1 ? 'seat' : 'seats'} ${labels}`,

  map: {
    role: 'seat map',
    view: 'View of the map',
    nearer: 'Zoom in',
    further: 'Zoom out',
    whole: 'Show the whole map',
    free: (count: number) => (count === 0 ? 'none free' : `${n(count)} free`),
    from: (price: string) => `from ${price}`,
    label: (venue: string) => `Map of the seats, ${venue}`,
    hint: 'Arrow keys move the map, plus and minus zoom. Every seat is also in the list, by section and row.',
    stale: (clock: string) => `The seats are as of ${clock}.`,
  },
  loading: 'Fetching the seats…',
  failed: 'The seats could not be loaded. Your turn and what you hold are not touched by that.',
  retry: 'Try again',

  views: { label: 'How to choose', map: 'Map', list: 'List' },
  states: {
    free: 'free',
    held: 'held by somebody',
    sold: 'sold',
    kept: 'kept',
    closed: 'not on sale',
    picked: 'picked',
    mine: 'yours',
  },
  flags: { accessible: 'wheelchair place', companion: 'companion seat', restricted: 'restricted view' },
  legend: {
    title: 'What the signs mean',
    free: 'Free',
    held: 'Held by somebody: may come back',
    sold: 'Sold',
    kept: 'Kept for wheelchair users, or for a code',
    picked: 'Picked by you',
    mine: 'Held for you',
    accessible: 'Wheelchair place',
    restricted: 'Restricted view',
  },

  best: {
    title: 'Best seats in one tap',
    count: 'How many',
    more: 'One more',
    fewer: 'One fewer',
    where: 'Where, and how close together',
    tier: 'Price',
    anyTier: 'Any price',
    section: 'Section',
    anySection: 'Anywhere',
    together: 'Sit together',
    ways: {
      row: 'Side by side, nothing else',
      rows: 'Side by side, or in two rows behind each other',
      any: 'Wherever there are seats',
    },
    find: (count: number) => `Hold the best ${count === 1 ? 'seat' : n(count)}`,
    exchange: (count: number) => `Change to the best ${count === 1 ? 'seat' : n(count)}`,
    none: 'The limit leaves no room for more.',
  },
  wishes: {
    accessible: 'I need a wheelchair place',
    accessibleHint: 'They are kept for those who ask.',
    code: 'Code',
    codeHint: 'Of a presale or an invitation: it opens the seats kept for it.',
    haveCode: 'I have a code',
  },

  list: {
    sections: 'Sections',
    section: (label: string, free: number, price: string) =>
      `${label}: ${free === 0 ? 'none free' : `${n(free)} free`}${price ? `, ${price}` : ''}`,
    row: (label: string) => `Row ${label}`,
    seat: (name: string, price: string, state: string, flags: readonly string[]) =>
      [name, price, ...flags, state].filter(Boolean).join(', '),
    next: 'Next free seat',
    none: 'No seat is free here right now. What comes back shows up by itself.',
    help: 'Arrow keys go from seat to seat, space picks.',
  },

  basket: {
    title: 'Your choice',
    empty: 'Tap a seat to pick it, or take the best available.',
    emptyList: 'Press a seat to pick it, or take the best available.',
    remove: (name: string) => `Give back ${name}`,
    gone: 'Somebody else took it',
    dismiss: 'All right',
    total: (count: number) => `${tickets(count)}, all-in`,
    hold: (count: number) =>
      count === 0
        ? 'Choose seats to hold'
        : `Hold ${count === 1 ? 'this ticket' : `these ${tickets(count)}`}`,
    swap: (count: number) =>
      count === 0
        ? 'Choose seats'
        : `Exchange for ${count === 1 ? 'this ticket' : `these ${tickets(count)}`}`,
    full: (limit: number) => `${n(limit)} is the most you can take. Give one back to pick another.`,
    others: 'Without a seat',
  },
  spoken: {
    picked: (name: string, count: number) => `${name} picked. ${seats(count)} in your choice.`,
    returned: (name: string, count: number) => `${name} given back. ${seats(count)} in your choice.`,
    lost: (names: string) => `Somebody else took ${names}. It is no longer in your choice.`,
  },

  refusal: {
    taken: (names: string) =>
      names ? `Just gone: ${names}. Nothing was held.` : 'Some of these have just gone.',
    takenKept: 'What you hold stays yours.',
    offer: (names: string, left: string) => `${names}: free instead, and kept for you for ${left}.`,
    offerPlain: 'Free instead, and kept for you for',
    take: (count: number) => `Take ${count === 1 ? 'it' : `these ${n(count)}`}`,
    offerOver: 'The offer has run out. Pick others, or take the best available.',
    noOffer: 'There is no group like that left. Try fewer, another section, or separate seats.',
    orphan: (names: string) =>
      `That would leave ${names} alone between others. Hardly anybody buys a single seat.`,
    orphanFix: (names: string) => `Move along by one: ${names}`,
    orphanNoFix: 'Pick the seat beside it too, or others.',
    apart: 'So many together are not free any more.',
    apartOffer: (names: string) => `Separate ones are: ${names}.`,
    takeApart: 'Take the separate seats',
    required: 'These tickets have seats: pick them on the map, or take the best available.',
  },

  hold: {
    where: 'Where you sit',
    change: 'Change seats',
    changeTitle: 'Change your seats',
    changeText: 'Yours stay held until the new ones are. The time to pay stays the same.',
    swapNote: 'The time to pay goes on as it is.',
    cancel: 'Keep what I have',
  },
  peek: { open: 'Look at the seats', close: 'Hide the seats', title: 'The seats' },
} as const;
