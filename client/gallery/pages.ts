/** Every page but the drop page (fan/gallery), in each state worth a picture. */
import { accountTexts } from '../texts/accounts.ts';
import { cardTexts } from '../texts/cards.ts';
import { drawTexts } from '../texts/draw.ts';
import { eventTexts } from '../texts/events.ts';
import { giveBackTexts } from '../texts/give-back.ts';
import { mailboxTexts } from '../texts/mailbox.ts';
import { newEventTexts } from '../texts/new-event.ts';
import { oauthTexts as apps } from '../texts/oauth.ts';
import { operatorMoneyTexts } from '../texts/operator-money.ts';
import { pictureTexts as pics } from '../texts/pictures.ts';
import { profileTexts as own } from '../texts/profile.ts';
import { affiliateTexts as affiliates, sharingTexts } from '../texts/sharing.ts';
import { teamTexts } from '../texts/teams.ts';
import { ticketTexts } from '../texts/tickets.ts';
import { tillTexts } from '../texts/till.ts';
import { vendorTexts } from '../texts/vendor.ts';
import { vendorMoneyTexts } from '../texts/vendor-money.ts';
import { vendorSeatTexts } from '../texts/vendor-seats.ts';
import type { World } from './answers.ts';
import { CONNECTED } from './apps.ts';
import { beforeTheClose, damaged, makeDraw } from './draw.ts';
import { LATER, LIVE, LOBBY, PEOPLE } from './fixtures.ts';
import { CASES, FINDINGS, MAILS, WHOLE_MAIL } from './money.ts';
import { CHOSEN_PNG, PICTURES } from './pictures.ts';
import { HALL, MAPS, SEATING, SOLD_NAME } from './seats.ts';

export interface Shown {
  path: string;
  world: World;
  /** Buttons to press, by name, before the picture; `fill` and `choose` name a field by its label. */
  steps?: readonly Step[];
}

export type Step =
  | { press: string }
  /** In the bar above the page. */
  | { pressAbove: string }
  /** A button whose name begins so. */
  | { pressAbout: string }
  | { fill: string; with: string }
  | { check: string }
  /** A fold-out, by its summary. */
  | { unfold: string }
  | { choose: string; option: string }
  | { attach: string; file: string }
  /** A PNG, in base64. */
  | { attach: string; picture: string };

const { terms, ways, codes, tiers, rule } = vendorMoneyTexts;
const { refunds, findings, mails } = operatorMoneyTexts;
const { plan, live: seatsLive, seat: seatWords, channels } = vendorSeatTexts;

/** A new event with reserved seats, up to its map. */
const RESERVED: readonly Step[] = [
  { check: plan.reserved },
  { fill: newEventTexts.tierName(1), with: 'Stalls' },
  { press: newEventTexts.addTier },
  { fill: newEventTexts.tierName(2), with: 'Circle' },
];
const [STALLS, CIRCLE] = [HALL.sections.slice(0, 5), HALL.sections.slice(5)];
const PLACED: readonly Step[] = [
  ...RESERVED,
  { check: MAPS[0]?.name ?? '' },
  { unfold: plan.list },
  ...STALLS.map(({ label, count }) => ({ choose: plan.section(label, count), option: 'Stalls' })),
  ...CIRCLE.map(({ label, count }) => ({ choose: plan.section(label, count), option: 'Circle' })),
];
/** A seat of the stalls that somebody has bought, opened in the list. */
const SOLD_SEAT: readonly Step[] = [
  { press: seatsLive.views.list },
  { pressAbout: 'Stalls right' },
  { pressAbout: SOLD_NAME },
];
const BROKEN_MAP = JSON.stringify({
  sections: [
    {
      label: 'Stalls',
      rows: [{ label: 'A' }, { label: 'F', seats: [{}, {}, { label: '12' }, { label: '13' }] }],
    },
  ],
  standing: [{ label: 'Pit' }],
});

export async function shownPages(): Promise<Record<string, Shown>> {
  const draw = await makeDraw();
  const anyone: World = { as: null };
  const fan: World = { as: 'user' };
  const vendor: World = { as: 'vendor' };
  const seated: World = { as: 'vendor', seats: true };
  const operator: World = { as: 'operator' };
  const live = `/vendor/e/${LIVE.id}`;
  const check = `/d/${LIVE.drop?.id}/draw`;
  return {
    events: { path: '/', world: anyone },
    'events-for-you': { path: '/', world: fan },
    'events-filtered': { path: '/?sort=popularity&city=Bremen', world: anyone },
    'events-read-as': { path: '/?search=tidel', world: { as: null, readAs: 'tidal' } },
    'events-nothing-found': { path: '/?search=zzz', world: anyone },
    'events-empty': { path: '/', world: { as: null, empty: true } },
    'events-away': { path: '/', world: { as: null, away: true } },
    'events-as-of': { path: '/', world: { as: null, asOf: true } },
    'event-as-of': { path: `/e/${LIVE.id}`, world: { as: 'user', asOf: true } },
    'my-tickets-as-of': { path: '/my/tickets', world: { as: 'user', asOf: true } },
    'event-remind': { path: `/e/${LATER.id}`, world: fan },
    'event-remind-anyone': { path: `/e/${LATER.id}`, world: anyone },
    'event-reminded': { path: `/e/${LATER.id}`, world: { as: 'user', told: true } },
    'event-shared': { path: `/e/${LOBBY.id}`, world: anyone, steps: [{ press: sharingTexts.share }] },
    'event-lobby': { path: `/e/${LOBBY.id}`, world: anyone },
    'event-live': { path: `/e/${LIVE.id}`, world: fan },
    'event-payments-paused': { path: `/e/${LIVE.id}`, world: { as: 'user', paused: true } },
    'event-seats': { path: `/e/${SEATING.eventId}`, world: { as: null, seats: true } },
    'event-picture': {
      path: `/e/${LIVE.id}`,
      world: fan,
      steps: [{ press: pics.open(PICTURES[2]?.eventTitle ?? '', PICTURES[2]?.caption ?? null) }],
    },
    'event-picture-report': {
      path: `/e/${LIVE.id}`,
      world: fan,
      steps: [
        { press: pics.open(PICTURES[0]?.eventTitle ?? '', PICTURES[0]?.caption ?? null) },
        { press: pics.report },
        { press: pics.reportDo },
      ],
    },
    'my-pictures': { path: '/my/pictures', world: fan },
    'my-pictures-empty': { path: '/my/pictures', world: { as: 'user', empty: true } },
    'my-pictures-away': { path: '/my/pictures', world: { as: 'user', away: true } },
    'my-pictures-delete': {
      path: '/my/pictures',
      world: fan,
      steps: [{ press: pics.removeLabel(PICTURES[0]?.eventTitle ?? '') }],
    },
    'my-tickets-add-picture': {
      path: '/my/tickets',
      world: fan,
      steps: [
        { unfold: ticketTexts.past },
        { press: ticketTexts.addPicture },
        { attach: pics.choose, picture: CHOSEN_PNG },
      ],
    },
    'my-tickets-add-picture-wrong': {
      path: '/my/tickets',
      world: fan,
      steps: [
        { unfold: ticketTexts.past },
        { press: ticketTexts.addPicture },
        { attach: pics.choose, file: 'a map is no picture' },
      ],
    },
    'vendor-cover': { path: live, world: { as: 'vendor', cover: true } },
    'operator-pictures': { path: '/operator/pictures', world: operator },
    'operator-pictures-empty': { path: '/operator/pictures', world: { as: 'operator', empty: true } },
    'operator-pictures-hide': {
      path: '/operator/pictures',
      world: operator,
      steps: [{ press: pics.hideLabel(PICTURES[0]?.eventTitle ?? '') }, { press: pics.hideDo }],
    },
    'log-in': { path: '/login?to=%2Fd%2Fx', world: anyone },
    'log-in-errors': { path: '/login', world: anyone, steps: [{ press: accountTexts.logIn }] },
    register: { path: '/register', world: anyone },
    'register-errors': { path: '/register', world: anyone, steps: [{ press: accountTexts.register }] },
    profile: { path: '/profile', world: fan },
    'profile-told': { path: '/profile', world: { as: 'user', push: 'granted', told: true } },
    'profile-told-denied': { path: '/profile', world: { as: 'user', push: 'denied', told: true } },
    'profile-told-unsupported': { path: '/profile', world: { as: 'user', push: 'unsupported', empty: true } },
    'profile-told-home-screen': { path: '/profile', world: { as: 'user', push: 'home-screen', empty: true } },
    'profile-new': {
      path: '/profile',
      world: { as: 'user', empty: true },
      steps: [{ press: own.sendAgain }],
    },
    'no-suggestions': { path: '/no-suggestions#token', world: anyone },
    'profile-away': { path: '/profile', world: { as: 'user', away: true } },
    'profile-errors': {
      path: '/profile',
      world: fan,
      steps: [
        { press: own.changeEmail },
        { press: own.changeEmail },
        { press: own.changePassword },
        { press: own.changePassword },
        { fill: own.zone, with: '' },
        { press: own.save },
      ],
    },
    'profile-passkey': {
      path: '/profile',
      world: fan,
      steps: [{ press: own.renameLabel('My phone') }, { press: own.addPasskey }],
    },
    'profile-remove-passkey': {
      path: '/profile',
      world: fan,
      steps: [{ press: own.removeLabel('My phone') }],
    },
    'profile-end-others': { path: '/profile', world: fan, steps: [{ press: own.endOthers }] },
    'log-in-elsewhere': { path: '/login?outside=taken', world: { as: null, outside: 'Elsewhere' } },
    'profile-elsewhere': { path: '/profile?outside=tied', world: { as: 'user', outside: 'Elsewhere' } },
    'profile-put-out': {
      path: '/profile',
      world: fan,
      steps: [{ press: apps.putOutLabel(CONNECTED[0]?.name ?? '') }],
    },
    consent: { path: '/oauth/consent', world: fan },
    'consent-over': { path: '/oauth/consent', world: { as: 'user', empty: true } },
    'consent-away': { path: '/oauth/consent', world: { as: 'user', away: true } },
    'app-problem': { path: '/oauth/problem?error=invalid_redirect_uri', world: anyone },
    'vendor-team': { path: '/vendor/team', world: vendor },
    'vendor-team-empty': { path: '/vendor/team', world: { as: 'vendor', empty: true } },
    'vendor-team-errors': { path: '/vendor/team', world: vendor, steps: [{ press: teamTexts.send }] },
    'vendor-team-change': {
      path: '/vendor/team',
      world: vendor,
      steps: [{ press: teamTexts.changeLabel('Ines Quay') }],
    },
    'vendor-team-remove': {
      path: '/vendor/team',
      world: vendor,
      steps: [{ press: teamTexts.removeLabel('Ines Quay') }],
    },
    'join-team': { path: '/join-team#gallery', world: fan },
    'join-team-first': { path: '/join-team#gallery', world: anyone },
    'join-team-over': { path: '/join-team#gallery', world: { as: 'user', empty: true } },
    'join-team-done': { path: '/join-team#gallery', world: fan, steps: [{ press: teamTexts.join }] },
    'account-menu-team': {
      path: '/profile',
      world: { as: 'user', inTeam: true },
      steps: [{ pressAbove: PEOPLE.user.name }],
    },
    'vendor-apps': { path: '/vendor/apps', world: vendor },
    'vendor-apps-empty': { path: '/vendor/apps', world: { as: 'vendor', empty: true } },
    'vendor-apps-errors': {
      path: '/vendor/apps',
      world: vendor,
      steps: [{ press: apps.add }, { press: apps.create }],
    },
    'vendor-apps-made': {
      path: '/vendor/apps',
      world: vendor,
      steps: [
        { press: apps.add },
        { fill: apps.name, with: 'Calendar' },
        { fill: apps.redirects, with: 'https://calendar.example/callback' },
        { press: apps.create },
      ],
    },
    'forgot-password': { path: '/forgot-password', world: anyone },
    'forgot-password-sent': {
      path: '/forgot-password',
      world: anyone,
      steps: [{ fill: accountTexts.email, with: 'ann@example.org' }, { press: own.forgotSend }],
    },
    'reset-password': { path: '/reset-password#gallery', world: anyone },
    'reset-password-over': {
      path: '/reset-password#gallery',
      world: anyone,
      steps: [{ fill: own.newPassword, with: 'seven purple kites' }, { press: own.resetDo }],
    },
    'verify-email': { path: '/verify-email#gallery', world: anyone },
    'verify-email-done': {
      path: '/verify-email#gallery',
      world: fan,
      steps: [{ press: own.verifyDo }],
    },
    'verify-email-no-link': { path: '/verify-email', world: anyone },
    'my-tickets': { path: '/my/tickets', world: fan },
    'my-tickets-large': { path: '/my/tickets', world: fan, steps: [{ press: ticketTexts.large }] },
    'my-tickets-empty': { path: '/my/tickets', world: { as: 'user', empty: true } },
    'event-prices': { path: `/e/${LIVE.id}`, world: anyone, steps: [{ unfold: eventTexts.priceFold }] },
    'my-tickets-give-back': { path: '/my/tickets', world: fan, steps: [{ press: giveBackTexts.button }] },
    'pay-link': { path: '/p/gallery', world: anyone },
    'pay-link-over': { path: '/p/over', world: anyone },
    'my-cards': { path: '/my/cards', world: fan },
    'my-cards-remove': {
      path: '/my/cards',
      world: fan,
      steps: [{ press: cardTexts.removeLabel(tillTexts.saved('visa', '4242')) }],
    },
    'my-cards-empty': { path: '/my/cards', world: { as: 'user', empty: true } },
    'my-cards-away': { path: '/my/cards', world: { as: 'user', away: true } },
    'my-points': { path: '/my/points', world: fan },
    'my-points-owed': { path: '/my/points', world: { as: 'user', trouble: true } },
    'my-points-empty': { path: '/my/points', world: { as: 'user', empty: true } },
    'my-points-away': { path: '/my/points', world: { as: 'user', away: true } },
    mailbox: { path: '/mailbox', world: fan },
    'mailbox-empty': { path: '/mailbox', world: { as: 'user', empty: true } },
    'mailbox-operator': { path: '/mailbox', world: operator },
    'mailbox-mail': { path: `/mailbox/${WHOLE_MAIL.mail.id}`, world: fan },
    'mailbox-mail-text': {
      path: `/mailbox/${WHOLE_MAIL.mail.id}`,
      world: fan,
      steps: [{ check: mailboxTexts.asText }],
    },
    'my-orders': { path: '/my/orders', world: fan },
    'my-orders-payments-paused': { path: '/my/orders', world: { as: 'user', paused: true } },
    vendor: { path: '/vendor', world: vendor },
    'vendor-empty': { path: '/vendor', world: { as: 'vendor', empty: true } },
    'vendor-new': { path: '/vendor/new', world: vendor },
    'vendor-new-errors': { path: '/vendor/new', world: vendor, steps: [{ press: newEventTexts.publish }] },
    'vendor-live': { path: live, world: vendor },
    'vendor-pause': {
      path: live,
      world: vendor,
      steps: [{ press: vendorTexts.pause }, { fill: vendorTexts.reason, with: 'PA problem, 10 min.' }],
    },
    'vendor-new-seats': { path: '/vendor/new', world: vendor, steps: PLACED },
    'vendor-new-seats-import': {
      path: '/vendor/new',
      world: { as: 'vendor', brokenMap: true, empty: true },
      steps: [...RESERVED, { attach: plan.importLabel, file: BROKEN_MAP }],
    },
    'vendor-new-seats-errors': {
      path: '/vendor/new',
      world: vendor,
      steps: [...RESERVED, { press: newEventTexts.publish }],
    },
    'vendor-seats': { path: live, world: seated },
    'vendor-seats-sold': {
      path: live,
      world: seated,
      steps: [...SOLD_SEAT, { press: seatsLive.views.map }],
    },
    'vendor-seats-list': { path: live, world: seated, steps: SOLD_SEAT },
    'vendor-seats-move': {
      path: live,
      world: seated,
      steps: [...SOLD_SEAT, { press: seatWords.move }, { press: seatsLive.views.map }],
    },
    'vendor-seats-keep': {
      path: live,
      world: seated,
      steps: [
        { press: seatsLive.modes.keep },
        { press: seatsLive.views.list },
        { pressAbout: 'Circle left' },
        { check: seatsLive.list.whole('Circle left, row C') },
        { press: seatsLive.views.map },
      ],
    },
    'vendor-seats-empty': {
      path: live,
      world: { ...seated, empty: true },
      steps: [{ press: seatsLive.modes.keep }, { press: seatsLive.views.list }],
    },
    'vendor-channel-new': {
      path: live,
      world: seated,
      steps: [{ press: channels.add }, { fill: channels.code, with: 'no' }, { press: channels.create }],
    },
    'vendor-channel-release': {
      path: live,
      world: seated,
      steps: [{ press: channels.releaseLabel('Sponsor') }],
    },
    'vendor-money': { path: `${live}/money`, world: vendor },
    'vendor-money-operator': { path: `${live}/money`, world: operator },
    'vendor-money-empty': { path: `${live}/money`, world: { as: 'vendor', empty: true } },
    'vendor-money-away': { path: `${live}/money`, world: { as: 'vendor', away: true } },
    'vendor-money-errors': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ fill: terms.feeBp, with: '70' }, { fill: terms.taxName, with: '' }, { press: terms.done }],
    },
    'vendor-money-code': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ press: codes.add }, { check: codes.someTiers }, { press: codes.create }],
    },
    'vendor-money-code-remove': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ press: codes.removeLabel('KELP-10') }],
    },
    'vendor-money-affiliate': {
      path: `${live}/money`,
      world: vendor,
      steps: [
        { press: affiliates.add },
        { fill: affiliates.code, with: 'no code' },
        { press: affiliates.create },
      ],
    },
    'vendor-money-by-affiliate': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ choose: vendorMoneyTexts.takings.by, option: vendorMoneyTexts.takings.bys.affiliate }],
    },
    'vendor-money-rule': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ press: tiers.ruleLabel('Balcony') }],
    },
    'vendor-money-rule-errors': {
      path: `${live}/money`,
      world: vendor,
      steps: [
        { press: tiers.ruleLabel('Floor') },
        { press: rule.addStep },
        { fill: rule.cap('EUR'), with: '10' },
        { press: rule.save },
      ],
    },
    'vendor-money-presale': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ press: tiers.presaleLabel('Floor') }],
    },
    'vendor-money-price': {
      path: `${live}/money`,
      world: vendor,
      steps: [{ press: tiers.changeLabel('Floor') }],
    },
    'payment-methods': { path: '/vendor/payment-methods', world: vendor },
    'payment-methods-empty': { path: '/vendor/payment-methods', world: { as: 'vendor', empty: true } },
    'payment-methods-new': {
      path: '/vendor/payment-methods',
      world: vendor,
      steps: [{ press: ways.add }, { check: ways.someBrands }, { press: ways.create }],
    },
    'payment-methods-remove': {
      path: '/vendor/payment-methods',
      world: vendor,
      steps: [{ press: ways.removeLabel('Card') }],
    },
    operator: { path: '/operator', world: operator },
    'operator-money': { path: '/operator/money', world: operator },
    'operator-money-well': { path: '/operator/money', world: { as: 'operator', empty: true } },
    'operator-money-away': { path: '/operator/money', world: { as: 'operator', away: true } },
    'operator-money-approve': {
      path: '/operator/money',
      world: operator,
      steps: [{ press: refunds.approveLabel(`order ${CASES[0]?.orderReference}`) }],
    },
    'operator-money-reject': {
      path: '/operator/money',
      world: operator,
      steps: [
        { press: refunds.rejectLabel(`order ${CASES[1]?.orderReference}`) },
        { press: refunds.rejectDo },
      ],
    },
    'operator-money-dismiss': {
      path: '/operator/money',
      world: operator,
      steps: [{ press: findings.dismissLabel(FINDINGS[0]?.explanation ?? '') }],
    },
    'operator-money-resend': {
      path: '/operator/money',
      world: operator,
      steps: [
        { press: mails.resendLabel(MAILS[0]?.to ?? '', MAILS[0]?.subject ?? '') },
        { press: mails.resendDo },
      ],
    },
    'operator-payments-paused': { path: '/operator', world: { as: 'operator', paused: true } },
    'operator-trouble': { path: '/operator', world: { as: 'operator', trouble: true } },
    'not-for-you': { path: '/operator', world: fan },
    'not-found': { path: '/nowhere', world: anyone },
    'draw-right': { path: check, world: { as: null, draw } },
    'draw-wrong': { path: check, world: { as: null, draw: damaged(draw) } },
    'draw-lobby': { path: check, world: { as: 'user', draw: beforeTheClose(draw) } },
    'draw-no-receipt': {
      path: check,
      world: { as: null, draw },
      steps: [{ fill: drawTexts.receiptLabel, with: 'not a receipt' }, { press: drawTexts.receiptCheck }],
    },
  };
}
