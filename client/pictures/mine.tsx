/** `/my/pictures`: what one has added, each deleted by one press and one question. */
import { useState } from 'preact/hooks';
import type { PictureView } from '../../server/protocol/pictures.ts';
import { api, session } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { More, usePaged } from '../shell/paged.tsx';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { Button, formatDay, Tag } from '../ui/index.ts';
import './pictures.css';

export default function MyPictures() {
  useTitle(texts.mine);
  const path = `/users/${session.value.user?.id ?? ''}/images`;
  const pictures = usePaged<PictureView>(path);
  const { loaded, reload } = pictures;
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const { items } = loaded.data;
  const ask = (picture: PictureView): void =>
    setQuestion({
      title: texts.removeTitle,
      text: <p>{texts.removeText}</p>,
      confirm: texts.removeDo,
      danger: true,
      run: async () => {
        await api.request('DELETE', `${path}/${picture.id}`);
        setSaid(texts.removed);
        reload();
      },
    });
  return (
    <div class="page">
      {items.length > 0 ? (
        <div class="page-head">
          <div>
            <h1>{texts.mine}</h1>
            <p>{texts.mineSub}</p>
          </div>
        </div>
      ) : null}
      <p class="pictures-said" role="status">
        {said}
      </p>
      {items.length > 0 ? (
        <ul class="own-pictures" aria-label={texts.list}>
          {items.map((picture) => (
            <Own picture={picture} onRemove={() => ask(picture)} key={picture.id} />
          ))}
        </ul>
      ) : (
        <Sentence
          title={texts.emptyTitle}
          text={texts.emptyText}
          actions={<Button href="/my/tickets">{texts.toTickets}</Button>}
        />
      )}
      <More of={pictures} />
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </div>
  );
}

function Own({ picture, onRemove }: { picture: PictureView; onRemove: () => void }) {
  return (
    <li class="card own-picture">
      <a href={picture.url}>
        <img
          src={picture.smallUrl}
          alt={texts.open(picture.eventTitle, picture.caption)}
          loading="lazy"
          width={picture.width}
          height={picture.height}
        />
      </a>
      <div class="own-about">
        {picture.hidden ? (
          <p>
            <Tag kind="warn">{texts.hidden}</Tag> <span class="tiny muted">{texts.hiddenText}</span>
          </p>
        ) : null}
        {picture.caption ? <p class="long">{picture.caption}</p> : null}
        <p class="small muted long">
          <a href={`/e/${picture.eventId}`}>{picture.eventTitle}</a> ·{' '}
          {formatDay(picture.startsAt, picture.timeZone)}
        </p>
        <Button kind="quiet" small label={texts.removeLabel(picture.eventTitle)} onClick={onRemove}>
          {texts.remove}
        </Button>
      </div>
    </li>
  );
}
