/** The sentences of choosing, holding, paying and owning: loaded when a turn is near. */
import { formatNumber as n, speakDuration } from '../ui/index.ts';
import { say } from './messages.ts';

const { tickets } = say;

export const shop = {
  turn: {
    left: 'to choose. Nobody can take what you hold.',
    openSale: 'Choose your tickets',
    openText: 'What you hold is yours until its time is over. Nobody can take it.',
    limitReached: (limit: number) => `${n(limit)} is the most you can still take in this sale.`,
    total: (count: number) => `${tickets(count)}, all-in`,
    none: 'No tickets chosen yet',
    hold: (count: number) =>
      count === 0
        ? 'Choose tickets to hold'
        : `Hold ${count === 1 ? 'this ticket' : `these ${tickets(count)}`}`,
    heldFor: (seconds: number) => `Held for ${speakDuration(seconds * 1000)} while you pay`,
    done: "I'm done: give my turn to the next",
    soldOut:
      'Everything is held or sold right now. What comes back goes to people with a turn first: you see it here at once.',
    more: (tier: string) => `One more ${tier}`,
    fewer: (tier: string) => `One ${tier} fewer`,
    paused: 'Holding waits until the sale goes on. Your time stands still too.',
    offline: 'Holding waits for the connection. Your turn keeps running on the server.',
  },
  hold: {
    eyebrow: 'Held for you until',
    text: 'Pay before the time is over. Nobody else can be sold these.',
    item: (quantity: number, name: string) => `${n(quantity)} × ${name}`,
    total: 'Total, all-in',
    change: 'Change',
    letGo: 'Let go',
    letGoTitle: 'Let these tickets go?',
    letGoText: 'They go back on sale at once, to people with a turn. You may not get them again.',
    letGoYes: 'Let them go',
    keep: 'Keep them',
    extend: 'More time',
    extended: 'This hold was already extended once.',
    addMore: 'Hold more',
    addMoreText: (count: number) => `You may hold ${n(count)} more in this sale.`,
    changeTitle: 'Change what you hold',
    changeSave: 'Save',
    changeSafe: 'The new choice is held before the old one goes back: you lose nothing if it does not work.',
    changeRisky:
      'The limit leaves no room to hold both. Your tickets go back first, and for a moment somebody else may take them.',
    changeTooMany: (limit: number) => `That is more than the limit: you may have ${n(limit)}.`,
    changeNone: 'With nothing chosen, your tickets go back.',
    several: (index: number, of: number) => `Hold ${n(index)} of ${n(of)}`,
    soon: (left: string) => `${left} left`,
    turnLeft: (left: string) => `Your turn lasts another ${left}.`,
  },
  pay: {
    pay: (total: string) => `Pay ${total}`,
    book: 'Get the tickets',
    down: 'Card payments cannot be taken right now. Your tickets stay held; this button comes back by itself.',
    nothingNow: 'Nothing is charged now.',
    offline: 'Paying waits for the connection. Your tickets stay held on the server.',
    changed: 'The sum has changed since you saw it. Nothing was charged: look at the new one, and pay again.',
    until: (clock: string) => `You may try another card until ${clock}.`,
  },
  paying: {
    steps: {
      held: 'Tickets held',
      bank: 'Asking the bank',
      tickets: 'Issuing your tickets',
      money: 'Taking the payment',
    },
    waits: 'We wait for your bank. This usually takes a few seconds.',
    slow: (age: string) =>
      `Your bank has been thinking for ${age}. That happens; you need not do anything, and you may close this page.`,
    slowPlain: 'Your bank is taking its time. You need not do anything, and you may close this page.',
    again:
      'When a bank does not answer, we ask again by ourselves: after 5, 10, 20 and 40 seconds. Nobody is charged twice.',
    fails: 'If it fails, nothing is charged and your tickets stay held, so that you can try another card.',
  },
  step: {
    text: 'Your tickets stay held meanwhile. This stands in for the page your bank would show.',
    approve: 'Approve the payment',
    refuse: 'Refuse it',
    open: "Open the bank's page",
    stripe: 'Confirm with your bank',
    textStripe: 'Your tickets stay held meanwhile. Your bank asks its question here, on this page.',
  },
  returned: {
    title: 'Your payment came too late. It goes back to you in full.',
    text: 'The tickets had gone back on sale when it arrived, and somebody else has them. You owe nothing.',
    amount: 'On its way back',
    when: (reference: string) =>
      `Order ${reference}. Banks take a few days to show it; you find it under My orders until then.`,
    go: 'See what is left',
  },
  presale: {
    title: 'Presale',
    text: (names: string, clock: string) => `${names} until ${clock} for people with a code.`,
  },
  done: {
    sub: (count: number, name: string, reference: string | null) =>
      `${n(count)} × ${name}${reference ? ` · order ${reference}` : ''}`,
    sent: 'They open without a network too, under My tickets, and work on paper.',
    of: (index: number, count: number) => `${n(index)} of ${n(count)}`,
    calendar: 'Add to calendar',
    print: 'Print',
    brighten: 'Show large',
    more: (count: number) => `Get up to ${n(count)} more`,
    finish: 'Done',
    finishText: 'Gives your turn to the next person in line.',
    code: (index: number) => `QR code of ticket ${n(index)}`,
    pending: 'Your code appears here as soon as the payment is through.',
    codeFailed: 'The code could not be loaded. It is safe with your account.',
    order: 'Order',
    holder: 'Name',
    loading: 'Fetching your tickets…',
  },
  finish: {
    title: 'Give up your turn?',
    text: 'The next person gets it. What you bought stays yours; what you hold stays held until its time is over.',
    yes: 'Give it up',
    no: 'Keep my turn',
  },
} as const;
