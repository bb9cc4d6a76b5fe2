/** Cards, drawn one at a time and kept for who asks next (rules X63, X66). */
import type { Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';
import { drawCard } from './card.ts';
import { cardTag, type SharedEvent } from './preview.ts';

export interface Cards {
  /** The PNG. Refuses TEMPORARILY_UNAVAILABLE while many are being drawn. */
  of(event: SharedEvent): Promise<Result<Buffer>>;
}

export interface CardsDeps {
  /** A shown picture, WebP. */
  pictureOf(imageId: string): Promise<Result<Buffer>>;
  log: Logger;
}

export function createCards({ pictureOf, log }: CardsDeps): Cards {
  const kept = new Map<string, Buffer>();
  const drawing = new Map<string, Promise<Result<Buffer>>>();
  let last: Promise<unknown> = Promise.resolve();

  async function draw(event: SharedEvent, tag: string): Promise<Result<Buffer>> {
    try {
      const cover = event.image_id ? await pictureOf(event.image_id) : null;
      const card = await drawCard(event, cover?.ok ? cover.value : null);
      // A card without a picture that is only out of reach is not worth keeping.
      if (cover === null || cover.ok) kept.set(tag, card);
      for (const oldest of kept.keys()) {
        if (kept.size <= LIMITS.cardsKept) break;
        kept.delete(oldest);
      }
      return ok(card);
    } catch (err) {
      log.warn({ err: (err as Error).message, eventId: event.id }, 'a card could not be drawn');
      return refuse(
        'TEMPORARILY_UNAVAILABLE',
        { retryAfterMs: 5_000 },
        'This card cannot be drawn just now.',
      );
    } finally {
      drawing.delete(tag);
    }
  }

  return {
    async of(event) {
      const tag = cardTag(event);
      const card = kept.get(tag);
      if (card) return ok(card);
      const already = drawing.get(tag);
      if (already) return already;
      if (drawing.size >= LIMITS.cardsWaitingMax)
        return refuse(
          'TEMPORARILY_UNAVAILABLE',
          { retryAfterMs: 2_000 },
          'Many cards are being drawn right now.',
        );
      // One after the other: a sale's other work goes on beside it. `draw` never rejects.
      const mine = last.then(() => draw(event, tag));
      drawing.set(tag, mine);
      last = mine;
      return mine;
    },
  };
}
