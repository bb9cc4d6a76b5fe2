/** Every word of notifications and of the mails that say the same. */
import type { WhyCode, WhyView } from '../protocol/index.ts';

const LOCALE = 'en-GB';

const time = (ms: number, zone: string) =>
  new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', timeZone: zone }).format(ms);
const when = (ms: number, zone: string) =>
  new Intl.DateTimeFormat(LOCALE, {
    weekday: 'short',
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  })
    .format(ms)
    .replace(' at ', ', ');

/** Of what vendors type: one line without surprises. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;
export const oneLine = (text: string): string =>
  text.normalize('NFC').replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim();

const minutes = (n: number) => (n <= 1 ? 'a minute' : `${n} minutes`);
const seconds = (n: number) => (n < 90 ? `${n} seconds` : minutes(Math.round(n / 60)));

export interface Said {
  title: string;
  body: string;
}

export const WORDS = {
  turnSoon: (event: string, inMinutes: number): Said => ({
    title: `Your turn in about ${minutes(inMinutes)}`,
    body: `${event}: open the line, so that you are there when your number is called.`,
  }),
  turnCalled: (event: string, secondsLeft: number): Said => ({
    title: 'It is your turn',
    body: `${event}: take your turn within ${seconds(secondsLeft)}.`,
  }),
  lobbyOpen: (event: string, opensAt: number, zone: string): Said => ({
    title: `The lobby is open: ${event}`,
    body: `Join before ${time(opensAt, zone)}. Everybody in the lobby has the same chance in the draw.`,
  }),
  doorsSoon: (event: string, inMinutes: number): Said => ({
    title: `Sale in ${minutes(inMinutes)}: ${event}`,
    body: 'You asked to be reminded. Log in now, so that nothing holds you up.',
  }),
  dayBefore: (event: string, venue: string, days: number, startsAt: number, zone: string): Said => ({
    title: `${days <= 0 ? 'Today' : days === 1 ? 'Tomorrow' : 'Soon'}: ${event}`,
    body: `${when(startsAt, zone)}, ${venue}. Your tickets are under My tickets, also without a network.`,
  }),
  eventMoved: (event: string, venue: string, startsAt: number, zone: string): Said => ({
    title: `Changed: ${event}`,
    body: `It is now ${when(startsAt, zone)}, ${venue}. Your tickets stay valid.`,
  }),
  eventCanceled: (event: string): Said => ({
    title: `Canceled: ${event}`,
    body: 'The organiser has canceled this event. The mail we sent you says how your money comes back.',
  }),
  reminderCanceled: (event: string): Said => ({
    title: `Canceled: ${event}`,
    body: 'The organiser has canceled this event, before its sale that you wanted to be reminded of.',
  }),
  suggestion: (first: string, others: number, why: string): Said => ({
    title: `For you: ${first}`,
    body:
      others === 0
        ? why
        : `${why} And ${others === 1 ? 'one more' : `${others} more`} we think you would like.`,
  }),
  test: { title: 'This is how we tell you', body: 'Notifications arrive on this device.' },
} as const;

/** What a reason lacks is left out of its sentence: an older model may know less. */
const REASONS: Record<WhyCode, (why: WhyView) => string> = {
  favourite_artist: ({ artist }) => `${artist ?? 'An artist'} is among your favourites.`,
  went_to: ({ title }) => `Because you went to ${title ?? 'something like it'}.`,
  going_to: ({ title }) => `Because you are going to ${title ?? 'something like it'}.`,
  looked_at: ({ title }) => `Because you looked at ${title ?? 'something like it'}.`,
  favourite_type: ({ type }) => `${type ?? 'Its kind'} is among your favourites.`,
  favourite_city: ({ city }) => `In ${city ?? 'a city'}, one of your favourites.`,
  popular_in_city: ({ city }) => `Many people are going, in ${city ?? 'your city'}.`,
  popular_now: () => 'Many people are going.',
};
export const reasonInWords = (why: WhyView): string => oneLine(REASONS[why.code](why));

export const MAIL_WORDS = {
  action: {
    turn_soon: 'Open the line',
    turn_called: 'Open the line',
    lobby_open: 'Open the lobby',
    doors_soon: 'Open the sale',
    day_before: 'Open my tickets',
    event_moved: 'Open the event',
    event_canceled: 'Open the event',
    suggestion: 'Have a look',
  },
  suggested: (title: string, startsAt: number, zone: string, venue: string) =>
    `${title}: ${when(startsAt, zone)}, ${venue}`,
  why: {
    turn_soon: 'You get this mail because you wait in this line.',
    turn_called: 'You get this mail because you wait in this line.',
    lobby_open: 'You get this mail because you asked to be reminded of this sale.',
    doors_soon: 'You get this mail because you asked to be reminded of this sale.',
    day_before: 'You get this mail because you have tickets for this event.',
    event_moved: 'You get this mail because you have tickets for this event.',
    event_canceled: 'You get this mail because you have tickets for this event.',
    suggestion: 'You get this mail because you asked for suggestions, at most one a week.',
  },
  unsubscribe: (url: string) => `No more suggestions: ${url}`,
  settings: (url: string) => `How we tell you things is up to you: ${url}`,
} as const;
