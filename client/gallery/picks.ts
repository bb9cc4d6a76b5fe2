/** What is picked for the gallery's fan: a reason of each kind. */
import type { RecommendationsView, WhyView } from '../../server/protocol/recommendations.ts';
import { EVENTS, LIVE } from './fixtures.ts';

const REASONS: readonly WhyView[] = [
  {
    code: 'went_to',
    eventId: LIVE.id,
    title: 'Low Water, an evening of two halves with everybody who was there',
  },
  { code: 'favourite_artist', artist: 'The Kelp' },
  { code: 'looked_at', eventId: LIVE.id, title: LIVE.title },
  { code: 'favourite_type', type: 'theatre' },
  { code: 'popular_in_city', city: 'Bremen' },
  { code: 'popular_now' },
];

export const PICKS: RecommendationsView = {
  items: EVENTS.slice(0, 6).map((event, i) => ({ event, why: REASONS[i % REASONS.length] as WhyView })),
  fallback: false,
};
