/** The page's connection: one socket with its breaker, and what it knows of a drop. */
export { pageLink } from './browser.ts';
export { createDropFeed, type DropFeed, FEED, type FeedEnv } from './drop-feed.ts';
export { type Link, type LinkFacts, NO_ANSWER } from './link.ts';
export { pageSeatFeed } from './page-seats.ts';
export { random, uuid } from './random.ts';
export type { SeatBoard, SeatsChanged } from './seat-board.ts';
export { createSeatFeed, SEAT_FEED, type SeatFeed, type SeatFeedEnv } from './seat-feed.ts';
