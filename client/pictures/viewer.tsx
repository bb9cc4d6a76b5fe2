/** One picture at a time, over the page: with arrows, by keyboard too, and a way to say that it should not be here. */
import { useEffect, useState } from 'preact/hooks';
import type { PictureView } from '../../server/protocol/pictures.ts';
import { location, loginPath } from '../router.ts';
import { api, user } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { Button, Dialog, formatDay } from '../ui/index.ts';

const placeOf = (picture: PictureView): string =>
  [picture.venueName, picture.venueCity].filter(Boolean).join(', ');

export function Viewer(props: {
  pictures: readonly PictureView[];
  /** Which one; null: closed. */
  index: number | null;
  onIndex: (index: number | null) => void;
}) {
  const { pictures, index, onIndex } = props;
  const [asking, setAsking] = useState<Question | null>(null);
  // Here, and not with the picture: that one is away while the reason is asked for.
  const [reported, setReported] = useState<readonly string[]>([]);
  const picture = index === null ? undefined : pictures[index];
  return (
    <>
      <Dialog
        open={picture !== undefined && !asking}
        title={picture?.eventTitle ?? ''}
        onClose={() => onIndex(null)}
      >
        {picture && index !== null ? (
          <Shown
            picture={picture}
            index={index}
            count={pictures.length}
            reported={reported.includes(picture.id)}
            onIndex={onIndex}
            onReport={() => setAsking(questionOf(picture, () => setReported([...reported, picture.id])))}
          />
        ) : null}
      </Dialog>
      <Confirm question={asking} onClose={() => setAsking(null)} onDone={() => setAsking(null)} />
    </>
  );
}

const questionOf = (picture: PictureView, onDone: () => void): Question => ({
  title: texts.reportTitle,
  text: <p class="small muted">{texts.reportHint}</p>,
  confirm: texts.reportDo,
  reason: { label: texts.reportReason, needed: texts.reportNeeded },
  run: async (reason) => {
    await api.request('POST', `/images/${picture.id}/report`, { body: { reason } });
    onDone();
  },
});

function Shown(props: {
  picture: PictureView;
  index: number;
  count: number;
  onIndex: (index: number | null) => void;
  reported: boolean;
  onReport: () => void;
}) {
  const { picture, index, count, onIndex } = props;
  const to = (by: number): void => onIndex((index + by + count) % count);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'ArrowLeft') to(-1);
      if (event.key === 'ArrowRight') to(1);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
  return (
    <div class="viewer">
      <Whole picture={picture} key={picture.id} />
      {picture.caption ? <p class="long">{picture.caption}</p> : null}
      <p class="small muted">
        {placeOf(picture)} · {formatDay(picture.startsAt, picture.timeZone)}
      </p>
      <div class="viewer-foot">
        {count > 1 ? (
          <>
            <Button kind="quiet" small onClick={() => to(-1)}>
              {texts.previous}
            </Button>
            <span class="small muted num" aria-live="polite">
              {texts.of(index + 1, String(count))}
            </span>
            <Button kind="quiet" small onClick={() => to(1)}>
              {texts.next}
            </Button>
          </>
        ) : null}
        <span class="grow" />
        <Button small onClick={() => onIndex(null)}>
          {texts.close}
        </Button>
      </div>
      <p class="tiny" role="status">
        {props.reported ? (
          texts.reported
        ) : user.value ? (
          <Button kind="link" small onClick={props.onReport}>
            {texts.report}
          </Button>
        ) : (
          <a href={loginPath(location.value.path)}>{texts.reportLogIn}</a>
        )}
      </p>
    </div>
  );
}

/** Its room is kept while it loads. */
function Whole({ picture }: { picture: PictureView }) {
  const [failed, setFailed] = useState(false);
  if (failed) return <p class="viewer-gone muted">{texts.gone}</p>;
  return (
    <img
      class="viewer-picture"
      src={picture.url}
      width={picture.width}
      height={picture.height}
      alt={texts.open(picture.eventTitle, picture.caption)}
      onError={() => setFailed(true)}
    />
  );
}
