/** Pictures of earlier nights on an event's page. Where there are none, there is nothing. */
import { useState } from 'preact/hooks';
import type { PictureView } from '../../server/protocol/pictures.ts';
import { usePaged } from '../shell/paged.tsx';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { Button } from '../ui/index.ts';
import { Viewer } from './viewer.tsx';
import './pictures.css';

export function Strip({ eventId }: { eventId: string }) {
  const pictures = usePaged<PictureView>(`/events/${encodeURIComponent(eventId)}/images`);
  const [index, setIndex] = useState<number | null>(null);
  const items = pictures.loaded.data?.items ?? [];
  // An extra: while it loads, or when it cannot be had, the page is whole without it.
  if (items.length === 0) return null;
  return (
    <section class="event-pictures" aria-label={texts.strip}>
      <h2>{texts.strip}</h2>
      <p class="small muted">{texts.stripText}</p>
      <ul class="strip">
        {items.map((picture, at) => (
          <li key={picture.id}>
            <button
              type="button"
              class="strip-picture"
              aria-label={texts.open(picture.eventTitle, picture.caption)}
              onClick={() => setIndex(at)}
            >
              <img
                src={picture.smallUrl}
                alt=""
                loading="lazy"
                decoding="async"
                width={picture.width}
                height={picture.height}
              />
            </button>
          </li>
        ))}
        {pictures.more ? (
          <li class="strip-more">
            <Button kind="quiet" small busy={pictures.busy} onClick={pictures.more}>
              {texts.more}
            </Button>
          </li>
        ) : null}
      </ul>
      <Viewer pictures={items} index={index} onIndex={setIndex} />
    </section>
  );
}
