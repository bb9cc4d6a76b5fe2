/** Words of the page that checks a draw. */
export const drawTexts = {
  title: 'Check the draw',
  lead: 'Your browser recomputes the whole draw from what is public, so that nobody has to take our word for a number.',
  of: (event: string) => `Draw of ${event}`,
  back: 'Back to the drop',

  fetching: 'Fetching the public record…',
  computing: (places: string) => `Recomputing ${places} places in this browser…`,
  allHold: 'The draw is right.',
  allHoldText: (places: string, seconds: string) =>
    `${places} places recomputed here in ${seconds} s. Every number follows from the public seed.`,
  partly: 'Right so far.',
  partlyText: 'What is public already has been checked; the rest follows as it is published.',
  wrong: 'This draw does not add up.',
  wrongText: 'At least one check failed. Keep this page and tell the organiser.',
  again: 'Check again',
  noLine: 'This sale has no line.',
  noLineText: 'Without a line nobody is drawn: there is nothing to check.',
  notYet: {
    scheduled: 'The lobby is not open yet.',
    lobby: 'The lobby is open. Its list is published when doors open.',
    drawing: 'The lobby has closed. The draw is being made.',
  },
  checks: 'Checks',
  passed: 'holds',
  failed: 'does not hold',
  open: 'nothing to check',

  claimTitle: 'What this draw can claim',
  howTitle: 'How the draw works',
  how: [
    [
      'A sealed secret.',
      'When the sale is created a random secret is made, and its fingerprint (SHA-256) is published. Whoever changes the secret later changes the fingerprint.',
    ],
    [
      'A closed list.',
      'When doors open the lobby closes. Every place in it becomes a leaf of a hash tree, and the tree’s root is published before anyone can know a number.',
    ],
    [
      'A seed nobody picks.',
      'The seed is computed from the secret, the root and, where there is one, a public random beacon of a later moment.',
    ],
    [
      'Numbers by lot.',
      'Each place gets HMAC-SHA-256 of its id under the seed. Sorted, these are the numbers. Joining earlier, refreshing or a faster phone change nothing.',
    ],
    [
      'Everything opened.',
      'After the draw the secret is published too. Anyone can recompute every number, as this page just did.',
    ],
  ],
  receiptTitle: 'Was I counted?',
  receiptLead:
    'Your receipt proves that your place was taken in. Paste it: this browser checks its signature and finds it in the tree.',
  receiptLabel: 'Receipt',
  receiptMine: 'Use mine',
  receiptCheck: 'Check the receipt',
  receiptChecking: 'Checking…',
  receiptMissing: 'Paste a receipt first.',
  receiptNumber: (number: string, count: string) => `This place drew number ${number} of ${count}.`,
  receiptLate:
    'This place was taken after the lobby had closed. It was not drawn: its number follows the order of joining.',
  record: 'The public record',
  rows: {
    secretHash: 'Fingerprint of the secret',
    root: 'Root of the list',
    count: 'Places',
    beacon: 'Beacon',
    seed: 'Seed',
    secret: 'Secret',
    closed: 'Closed',
    drawn: 'Drawn',
  },
  none: 'none',
  later: 'published later',
  round: (source: string, round: string) => `${source}, round ${round}`,
  command: 'The same check without a browser',
} as const;
