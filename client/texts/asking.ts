/** Words around questions and long lists, on the pages that have them. */
export const askingTexts = {
  leaveIt: 'Leave it as it is',
  showMore: 'Show more',
} as const;
