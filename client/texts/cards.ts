/** Words of the page of kept cards. */
export const cardTexts = {
  title: 'Saved cards',
  sub: 'Kept by our payment provider for next time, never here.',
  list: 'Cards you keep',
  emptyTitle: 'You keep no cards.',
  emptyText: 'When you pay by card you can tick “Keep this card for next time”. It is then listed here.',
  toEvents: 'See all events',
  over: 'no longer valid',
  remove: 'Remove',
  removeLabel: (card: string) => `Remove ${card}`,
  removeTitle: (card: string) => `Remove ${card}?`,
  removeText: 'It is forgotten for good. What you have paid with it stays paid, and refunds still reach it.',
  removeDo: 'Remove it',
  removed: (card: string) => `${card} is removed.`,
} as const;
