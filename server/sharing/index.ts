/** Sharing: what a link tells of an event before anybody opens it (rules X60 to X66, server/http/RULES.md). */
import type { Clock, Logger } from '../kernel/index.ts';
import type { Result } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import { type Cards, createCards } from './cards.ts';
import { headOf, type Linked, type SharedEvent } from './preview.ts';
import { createPreviews, type Previews } from './previews.ts';

export { sharingRoutes } from './routes.ts';
export type { Linked, SharedEvent };

export interface Sharing {
  previews: Previews;
  cards: Cards;
  headOf: typeof headOf;
  /** `https://tickets.example`. */
  origin: string;
}

export interface SharingDeps {
  ledger: Pick<Ledger, 'views'>;
  clock: Clock;
  log: Logger;
  pictureOf(imageId: string): Promise<Result<Buffer>>;
  origin: string;
}

export const createSharing = ({ ledger, clock, log, pictureOf, origin }: SharingDeps): Sharing => ({
  previews: createPreviews({ db: ledger.views, clock, log }),
  cards: createCards({ pictureOf, log }),
  headOf,
  origin,
});
