/** Every sentence of the drop page. Short, plain, and never a promise the server did not make. */
import { formatAge, formatNumber as n } from '../ui/index.ts';

const tickets = (count: number): string => `${n(count)} ${count === 1 ? 'ticket' : 'tickets'}`;
const people = (count: number): string => `${n(count)} ${count === 1 ? 'person' : 'people'}`;
const minutes = (count: number): string => `${n(count)} ${count === 1 ? 'minute' : 'minutes'}`;

export const say = {
  tickets,
  people,
  appName: 'Holdfast',
  asking: 'Asking…',
  back: 'Back',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  seeEvents: 'See other events',
  seeEvent: 'About this event',
  myTickets: 'My tickets',
  myOrders: 'My orders',
  logInToJoin: 'Log in to join',
  logInToBuy: 'Log in to buy',
  createAccount: 'Create an account',

  live: 'live',
  asOf: (clock: string) => `as of ${clock}`,
  reconnecting: 'connecting…',
  offline: (age: string) => `offline ${age}`,

  loading: 'Finding your place…',
  missing: {
    title: 'There is no such sale.',
    text: 'The address may have a typing error, or the sale was taken down. Nothing of yours is lost.',
  },

  scheduled: {
    eyebrow: 'Sale opens in',
    titleLobby: (clock: string) => `The lobby opens at ${clock}.`,
    titleNoLobby: 'The sale has not opened yet.',
    text: 'This page opens by itself: there is nothing to reload. Arriving first brings nothing, since the draw gives every place in the lobby the same chance.',
    textNoLine: 'This page opens by itself: there is nothing to reload.',
  },
  doors: {
    eyebrow: 'Doors open in',
    title: 'The lobby is open.',
    text: 'Join before the doors open. Joining earlier gives no advantage: the draw decides.',
    join: 'Join the lobby',
  },
  lobby: {
    eyebrow: 'Doors open in',
    title: "You're in the lobby. Joining earlier gives no advantage: the draw decides.",
    keep: 'You may close this page: your place is kept with your account, on every device. Be here when doors open, though; a call waits for {claim} only.',
    soon: 'Doors are opening…',
  },
  here: 'Here now',
  receipt: 'Your receipt',
  receiptText:
    'Signed by the server the moment you joined. With it anyone can check that your place was in the draw.',
  copy: 'Copy the receipt',
  copied: 'Copied',
  joinedAt: 'Joined',
  howDraw: {
    summary: 'How the draw works',
    steps: [
      'A secret was fixed before anybody joined, and its fingerprint published.',
      'When doors open, the list of everyone in the lobby is sealed and its seal published.',
      'Secret and seal together give every place its number. Neither can be changed any more.',
      'Afterwards the secret is public: anyone can compute every number again.',
    ],
    verify: 'Verify the draw yourself',
  },

  drawing: {
    title: 'Drawing…',
    joined: 'Everyone in the lobby gets a number now. It takes a few seconds.',
    text: 'Numbers are being drawn for everyone in the lobby. You can still join: numbers given from now on come after the draw.',
    join: 'Join the line',
  },
  number: {
    eyebrow: 'Your number',
    title: (number: number, last: number) => `You are number ${n(number)} of ${n(last)}.`,
    ahead: (ahead: number) =>
      ahead === 0
        ? 'Nobody is ahead of you.'
        : `${people(ahead)} ahead of you. This number is yours for the whole sale, on every device.`,
    go: 'See the line',
    verify: 'Verify the draw',
  },
  waiting: {
    eyebrow: 'People ahead of you',
    eyebrowOld: (clock: string) => `People ahead, as of ${clock}`,
    sub: (number: number, last: number) => `Number ${n(number)} of ${n(last)}`,
    first: 'You are next.',
    rate: (rate: number) =>
      rate >= 1
        ? `About ${people(Math.round(rate))} a minute ${Math.round(rate) === 1 ? 'is getting their' : 'are getting their'} turn.`
        : 'Fewer than one person a minute is getting a turn.',
    noRate: 'The first turns are being given. We will know the pace in a minute.',
    turns: (inUse: number, cap: number) => `${n(inUse)} of ${n(cap)} shopping places in use.`,
    keep: 'Your place is kept if you close this page, lose signal or change device.',
    leave: 'Leave the line',
    notify: "Tell me when it's my turn",
    notified: "We'll ring while this page is open",
    notifiedFull: "We'll ring and notify you",
  },
  line: (ahead: number, number: number, last: number) =>
    `The line: ${people(ahead)} ahead of you, ${n(Math.max(0, last - number))} behind you.`,
  lineFront: 'front',
  lineYou: 'you',
  eta: {
    soon: 'Less than a minute.',
    interval: (low: number, high: number) => `About ${n(low)} to ${minutes(high)}.`,
    hours: (low: string, high: string) => `About ${low} to ${high}.`,
    stalled: 'The line is standing still: every shopping place is in use.',
    unknown: 'We will know how long in a minute.',
  },
  late: {
    title: 'Your call went by. You are first for the next free turn.',
    text: 'Nobody passes you: the moment a shopping place is free, it is yours. Press the button to show that you are here.',
    here: "I'm here",
  },
  called: {
    title: "It's your turn.",
    eyebrow: 'Claim it within',
    text: 'Unclaimed, it goes to the next person and you stay first in line for another.',
    claim: 'Claim my turn',
    number: (number: number) => `Number ${n(number)}`,
  },
  open: {
    eyebrow: 'In line now',
    title: 'The sale is on. Join the line.',
    text: 'You get the next number, and it never changes.',
    join: 'Join the line',
  },
  board: {
    title: 'Tickets',
    left: (count: number) => `${n(count)} left`,
    carts: (count: number) => `${n(count)} in carts`,
    sold: (count: number) => `${n(count)} sold`,
    allIn: 'all-in',
    bar: (name: string, sold: number, held: number, total: number) =>
      `${name}: ${n(sold)} sold, ${n(held)} in carts, of ${n(total)}`,
    note: 'All-in: includes fees and taxes.',
    fold: 'What is in the price',
    move: (now: string, low: string, high: string) =>
      `Today ${now}; can move between ${low} and ${high}; locked once held.`,
    presale: (until: string) => `Presale until ${until}: needs a code.`,
  },
  odds: {
    likely: 'likely for you',
    maybe: 'could be close',
    unlikely: 'probably gone before you',
    goneIn: (minutes: number) =>
      minutes <= 1
        ? 'probably gone in a minute'
        : minutes < 90
          ? `probably gone in ${n(minutes)} min`
          : 'probably gone before you',
    gone: 'none left now',
    unknown: 'too early to say',
    back: (count: number) => `${n(count)} in carts may come back`,
    why: {
      taken: (count: number) => `Changed: ${tickets(count)} ${count === 1 ? 'was' : 'were'} taken since.`,
      returned: (count: number) => `Changed: ${tickets(count)} came back.`,
      pace: 'Changed: the line moves at another pace.',
    },
    sentence: {
      goneLikely: (gone: string, left: string) =>
        `${gone} will probably be gone before your turn; ${left} likely available.`,
      gone: (names: string) => `${names} will probably be gone before your turn.`,
      likely: (names: string) => `${names} will likely be available at your turn.`,
    },
  },
  paused: {
    title: (reason: string) => `Paused by the organiser: “${reason}”`,
    plain: 'Paused by the organiser.',
    kept: 'Your place is kept. Everything goes on by itself: there is nothing to do.',
    keptNone: 'You can join when it goes on.',
    since: (age: string) => `Paused for ${age}`,
    ahead: (ahead: number) => `${people(ahead)} ahead of you`,
    banner: 'The clocks stand still while the sale is paused. Paying still works.',
  },
  soldOut: {
    title: 'Everything is sold or in carts.',
    inCarts: (count: number) =>
      `${tickets(count)} ${count === 1 ? 'is' : 'are'} in carts right now. Some come back when a hold ends unpaid.`,
    kept: (number: number) =>
      `You keep number ${n(number)}. If tickets come back, the line goes on in order.`,
    none: 'Every ticket has found its owner.',
    noNumber: 'If tickets come back, they go to the people in line first, in order.',
  },
  turn: {
    title: "It's your turn",
    limit: (limit: number) => `Limit ${n(limit)} per person`,
  },
  hold: {
    title: (count: number) => `${tickets(count)} held for you.`,
  },
  paying: {
    title: 'Paying… your tickets stay held.',
    committed: 'The tickets are yours. Taking the payment…',
  },
  step: {
    title: 'Your bank wants you to confirm.',
  },
  done: {
    title: "They're yours.",
  },
  missed: {
    title: 'Your turn is over.',
    text: 'It ended without a purchase. You can join again: you get a new number at the end of the line.',
    closed: 'It ended without a purchase, and the line is closed for now.',
    join: 'Join again',
  },
  left: {
    title: 'You left the line.',
    text: 'Your number is gone. You can join again and get a new one.',
    closed: 'Your number is gone, and the line is closed for now.',
    join: 'Join again',
  },
  finished: {
    title: 'You are done here.',
    text: 'You gave your turn to the next person.',
    join: 'Join again',
  },
  ended: {
    title: 'This sale has ended.',
    text: 'Thank you for waiting in line. What you bought is under My tickets.',
  },
  canceled: {
    title: 'This sale was canceled.',
    text: 'The organiser ended it. Nothing was charged for tickets you did not get; what you paid is refunded.',
  },
  leave: {
    title: 'Leave the line?',
    text: 'Your number goes for good. If you come back you start at the end.',
    yes: 'Leave the line',
    no: 'Keep my place',
  },
  connection: {
    lost: (age: string) => `Connection lost ${age} ago.`,
    next: (left: string) => `Trying again in ${left}.`,
    now: 'Trying again now…',
    attempts: (failed: number) => `${n(failed)} ${failed === 1 ? 'try' : 'tries'} failed so far.`,
    unavailable: 'Our servers cannot be reached.',
    keptNumber: (number: number) =>
      `You lose nothing by waiting: your number stays ${n(number)}, on any device.`,
    kept: 'You lose nothing by waiting: what is yours is kept on the server, on any device.',
    what: 'Holding and paying pause until we are back; your tickets and browsing still work.',
    tryNow: 'Try now',
    short: 'Your place is kept on the server',
    unreachable: 'You seem to be offline. What you see is what we last knew.',
  },

  aria: {
    timer: 'Time left:',
    opens: 'Opens in',
    state: 'Where you are',
    event: 'The event',
    quantity: (name: string) => `How many ${name}`,
  },
  announce: {
    lobby: (left: string) => `Doors open in ${left}.`,
    ahead: (ahead: number, eta: string) => `${people(ahead)} ahead of you. ${eta}`,
    left: (left: string, what: string) => `${left} left ${what}.`,
    toClaim: 'to claim your turn',
    toChoose: 'to choose',
    toPay: 'to pay',
  },
  title: {
    countdown: (left: string, event: string) => `${left} · ${event}`,
    number: (number: number, event: string) => `No. ${n(number)} · ${event}`,
    ahead: (ahead: number, event: string) => `${n(ahead)} ahead · ${event}`,
    called: (left: string) => `▶ YOUR TURN · ${left}`,
    turn: (left: string, event: string) => `${left} to choose · ${event}`,
    hold: (left: string, event: string) => `${left} to pay · ${event}`,
    paying: (event: string) => `Paying… · ${event}`,
    tickets: (event: string) => `✓ Yours · ${event}`,
    paused: (event: string) => `Paused · ${event}`,
    plain: (event: string) => `${event} · Holdfast`,
  },
  seats: { open: 'Look at the seats', close: 'Hide the seats' },

  problem: {
    holdOver: 'The time of your hold is over and its tickets went back. Nothing was charged.',
    offline: 'The server cannot be reached. Nothing was lost; try again.',
    unknown: 'No answer yet. We are looking up what happened: nothing is lost or charged twice.',
    heldNothing: 'That did not work. You hold nothing from this request.',
    soldOut: 'There are not that many left. Choose fewer or another kind.',
    changeKept: 'The change did not work. You still hold what you held.',
  },
  ago: (ms: number) => formatAge(ms),
} as const;
