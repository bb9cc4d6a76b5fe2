/** A reason as a sentence, for mails and notifications. (Pages have words of their own.) */
import type { WhyCode, WhyView } from '../protocol/index.ts';

const SENTENCES: Record<WhyCode, (why: WhyView) => string> = {
  favourite_artist: ({ artist }) => `With ${artist}, one of your favourites.`,
  went_to: ({ title }) => `Because you were at ${title}.`,
  going_to: ({ title }) => `Because you have tickets for ${title}.`,
  looked_at: ({ title }) => `Because you looked at ${title}.`,
  favourite_type: ({ type }) => `One of your favourite kinds: ${type}.`,
  favourite_city: ({ city }) => `In ${city}, one of your favourite cities.`,
  popular_in_city: ({ city }) => `Popular in ${city}.`,
  popular_now: () => 'Popular now.',
};

export const sentenceOf = (why: WhyView): string => SENTENCES[why.code](why);
