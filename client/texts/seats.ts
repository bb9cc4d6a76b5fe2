/** The sentences of choosing seats. */
import { formatNumber as n } from '../ui/format.ts';

export const seatTexts = {
  map: {
    role: 'seat map',
    view: 'View of the map',
    nearer: 'Zoom in',
    further: 'Zoom out',
    whole: 'Show the whole map',
    free: (count: number) => (count === 0 ? 'none free' : `${n(count)} free`),
  },
} as const;
