/**
 * The page's connection: one socket with its breaker, and what it knows of a drop. A drop's seats have a door of their
 * own, page-seats.ts: through this one every waiting page would load them.
 */
export { pageLink } from './browser.ts';
export { createDropFeed, type DropFeed, FEED, type FeedEnv } from './drop-feed.ts';
export { type Link, type LinkFacts, NO_ANSWER } from './link.ts';
export { random, uuid } from './random.ts';
export type { SeatBoard, SeatsChanged } from './seat-board.ts';
export type { SeatFeed } from './seat-feed.ts';
