/** Pictures in the gallery: drawn here, since there is no store behind it. */
import type { PictureCase, PictureView } from '../../server/protocol/pictures.ts';
import { at, EVENTS, id } from './fixtures.ts';

const DAY = 86_400_000;

/** A stage in the dark, its light and its crowd, in three colours. */
function drawn(width: number, height: number, [sky, glow, crowd]: readonly [string, string, string]): string {
  const heads = Array.from({ length: 14 }, (_, i) => {
    const x = (i + 0.5) * (width / 14);
    return `<circle cx="${x}" cy="${height - 40 - (i % 3) * 14}" r="${width / 22}" fill="${crowd}"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${sky}"/><ellipse cx="50%" cy="38%" rx="34%" ry="26%" fill="${glow}"/><rect y="${height - 46}" width="100%" height="46" fill="${crowd}"/>${heads.join('')}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

const COLOURS = [
  ['#1b1440', '#d3548c', '#07060f'],
  ['#0b2a33', '#39b6a6', '#04110f'],
  ['#3a1508', '#f2a541', '#120603'],
  ['#101a38', '#7f9cf5', '#05070f'],
] as const;
const CAPTIONS = [
  'The last song',
  null,
  'From the very back of the balcony, where one sees everything and hears even more of it',
  null,
];

export const PICTURES: PictureView[] = Array.from({ length: 7 }, (_, n) => {
  const upright = n % 3 === 2;
  const [width, height] = upright ? [900, 1_200] : [1_600, 1_000];
  const url = drawn(width / 2, height / 2, COLOURS[n % COLOURS.length] ?? COLOURS[0]);
  return {
    id: id(700 + n),
    url,
    smallUrl: url,
    width,
    height,
    caption: CAPTIONS[n % CAPTIONS.length] ?? null,
    createdAt: at(-(20 + n) * DAY),
    eventId: EVENTS[5]?.id ?? id(0),
    eventTitle: n % 2 === 0 ? 'Tidal Choir: the long night of the sea shanty' : 'Mole & the Tidelines',
    artist: 'Tidal Choir',
    venueName: 'The Wharf',
    venueCity: 'Bremen',
    startsAt: at(-(21 + n) * DAY),
    timeZone: 'Europe/Berlin',
  };
});

export const OWN_PICTURES: PictureView[] = PICTURES.slice(0, 3).map((picture, n) => ({
  ...picture,
  hidden: n === 1,
}));

export const PICTURE_CASES: PictureCase[] = PICTURES.slice(0, 3).map((picture, n) => ({
  ...picture,
  kind: n === 1 ? 'cover' : 'night',
  userId: id(901),
  hidden: n === 2,
  openReports: n === 2 ? 0 : 2 - n,
  reports: [
    { reason: 'That is me in front, and nobody asked.', at: at(-DAY), settled: n === 2 },
    { reason: 'Not from that night at all', at: at(-2 * DAY), settled: n !== 0 },
  ].slice(n === 1 ? 1 : 0),
  decisions:
    n === 0
      ? []
      : [
          {
            action: n === 2 ? 'hide' : 'show',
            reason: 'A face, close up',
            at: at(-DAY / 2),
            by: 'Night Shift',
          },
        ],
}));

/** A file one may choose: a sunset of three colours. */
export const CHOSEN_PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAUAAAADICAMAAACu2siZAAAACVBMVEUSMDrVVGr/2aBrxDD1AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAA7UlEQVR42u3bsQ0AMAjAMOj/R3MBA+qCkHOC90Tqq0AAECBAgAIIECBAAQQIEKAAAgQIUAABAgQogAABAhRAgAABCiBAgAAFECBAgAIIECBAAQQIECBAAQQIEOCZ3jiAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgQIECAAAECBAgwLf8AAQogQIAABRAgQIACCBAgQAEECBCgAAIECFAAAQIEKIAAlwBKkiRJkiRJkiRJkiRJkiRJkiRJkiRJkiRJkiRJkiRJkqSmAvs+rEWhramIAAAAAElFTkSuQmCC';
