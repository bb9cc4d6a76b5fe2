/** Words of what is picked for a fan: each reason as a sentence. */
import type { WhyCode, WhyView } from '../../server/protocol/recommendations.ts';

const WHY: Record<WhyCode, (why: WhyView) => string> = {
  favourite_artist: ({ artist }) => `With ${artist}, one of your favourites`,
  went_to: ({ title }) => `Because you were at ${title}`,
  going_to: ({ title }) => `Because you’re going to ${title}`,
  looked_at: ({ title }) => `Because you looked at ${title}`,
  favourite_type: ({ type }) => `You like this kind: ${type}`,
  favourite_city: ({ city }) => `In ${city}, as you like`,
  popular_in_city: ({ city }) => `Popular in ${city}`,
  popular_now: () => 'Popular now',
};

export const pickTexts = {
  title: 'For you',
  settings: 'What this goes by',
  none: 'Nothing new to suggest just now.',
  why: (why: WhyView): string => WHY[why.code](why),
} as const;
