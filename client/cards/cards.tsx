/** `/my/cards`: the cards an account keeps with the payment provider, each removed by one press and one question. */
import { useState } from 'preact/hooks';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { cardTexts as texts } from '../texts/cards.ts';
import { tillTexts } from '../texts/till.ts';
import type { SavedCard } from '../till/ways.ts';
import { serverNow } from '../time.ts';
import { Button, Tag } from '../ui/index.ts';
import { isOver } from './validity.ts';
import './cards.css';

const nameOf = (card: SavedCard): string => tillTexts.saved(card.brand, card.last4);

export default function Cards() {
  useTitle(texts.title);
  const { loaded, reload } = useLoad('cards', (signal) =>
    api.request<{ items: SavedCard[] }>('GET', '/me/cards', { signal }),
  );
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const cards = loaded.data.items;
  const ask = (card: SavedCard): void =>
    setQuestion({
      title: texts.removeTitle(nameOf(card)),
      text: <p>{texts.removeText}</p>,
      confirm: texts.removeDo,
      danger: true,
      run: async () => {
        await api.request('DELETE', `/me/cards/${encodeURIComponent(card.id)}`);
        setSaid(texts.removed(nameOf(card)));
        reload();
      },
    });
  return (
    <div class="page">
      {cards.length > 0 ? (
        <div class="page-head">
          <div>
            <h1>{texts.title}</h1>
            <p>{texts.sub}</p>
          </div>
        </div>
      ) : null}
      <p class="cards-said" role="status">
        {said}
      </p>
      {cards.length > 0 ? (
        <ul class="cards" aria-label={texts.list}>
          {cards.map((card) => (
            <Kept card={card} onRemove={() => ask(card)} key={card.id} />
          ))}
        </ul>
      ) : (
        <Sentence
          title={texts.emptyTitle}
          text={texts.emptyText}
          actions={<Button href="/">{texts.toEvents}</Button>}
        />
      )}
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </div>
  );
}

function Kept({ card, onRemove }: { card: SavedCard; onRemove: () => void }) {
  return (
    <li class="card kept-card">
      <div class="grow">
        <b class="num">{nameOf(card)}</b>
        <p class="small muted num">{tillTexts.expires(card.expMonth, card.expYear)}</p>
      </div>
      {isOver(card, serverNow()) ? <Tag kind="warn">{texts.over}</Tag> : null}
      <Button kind="quiet" small label={texts.removeLabel(nameOf(card))} onClick={onRemove}>
        {texts.remove}
      </Button>
    </li>
  );
}
