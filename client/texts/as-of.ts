export const asOfTexts = {
  title: 'Our database is away.',
  text: (clock: string) => `This is as of ${clock}. It comes up to date by itself.`,
  tickets: (clock: string) => `These are your tickets as of ${clock}. The codes are valid.`,
} as const;
