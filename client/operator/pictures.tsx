/** `/operator/pictures`: what was reported, with the reasons, and what is hidden; each decided with a reason that is logged. */
import { useState } from 'preact/hooks';
import type { PictureCase } from '../../server/protocol/pictures.ts';
import { api } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useEvery } from '../shell/load.ts';
import { More, type Paged, usePaged } from '../shell/paged.tsx';
import { useTitle } from '../shell/states.tsx';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { Button, formatDateTime, formatDay, ownZone, Tag } from '../ui/index.ts';
import { Loads, Part } from '../vendor/money/part.tsx';
import '../vendor/money/money.css';
import '../pictures/pictures.css';
import './operator.css';

const REFRESH_MS = 15_000;

type Deciding = 'hide' | 'keep' | 'show';

export default function PicturesDesk() {
  useTitle(texts.desk);
  const reported = usePaged<PictureCase>('/operations/images?status=reported');
  const hidden = usePaged<PictureCase>('/operations/images?status=hidden');
  const [question, setQuestion] = useState<Question | null>(null);
  const reload = (): void => {
    reported.reload();
    hidden.reload();
  };
  useEvery(REFRESH_MS, reload);
  const ask = (deciding: Deciding, one: PictureCase): void =>
    setQuestion({
      title: texts[`${deciding}Title`],
      text: <p>{texts[`${deciding}Text`]}</p>,
      confirm: texts[`${deciding}Do`],
      danger: deciding === 'hide',
      reason: { label: texts.reason, hint: texts.reasonHint, needed: texts.reasonNeeded },
      run: async (reason) => {
        const word = deciding === 'hide' ? 'hide' : 'show';
        await api.request('POST', `/operations/images/${one.id}/${word}`, { body: { reason } });
        reload();
      },
    });
  return (
    <div class="page operator money-page">
      <div class="page-head">
        <div>
          <a href="/operator" class="money-back">
            {texts.deskBack}
          </a>
          <h1>{texts.desk}</h1>
          <p>{texts.deskSub}</p>
        </div>
      </div>
      <Cases title={texts.waits} empty={texts.waitsEmpty} of={reported} onAsk={ask} />
      <Cases title={texts.hiddenList} empty={texts.hiddenEmpty} of={hidden} onAsk={ask} />
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </div>
  );
}

type Ask = (deciding: Deciding, one: PictureCase) => void;

function Cases(props: { title: string; empty: string; of: Paged<PictureCase>; onAsk: Ask }) {
  const { of } = props;
  return (
    <Part title={props.title}>
      <Loads loaded={of.loaded} onRetry={of.reload}>
        {({ items }) =>
          items.length === 0 ? (
            <p>{props.empty}</p>
          ) : (
            <ul class="picture-cases">
              {items.map((one) => (
                <li class="picture-case" key={one.id}>
                  <Case one={one} onAsk={props.onAsk} />
                </li>
              ))}
            </ul>
          )
        }
      </Loads>
      <More of={of} />
    </Part>
  );
}

function Case({ one, onAsk }: { one: PictureCase; onAsk: Ask }) {
  const when = (at: string): string => formatDateTime(at, ownZone());
  return (
    <>
      <a href={one.url}>
        <img
          src={one.smallUrl}
          alt={texts.open(one.eventTitle, one.caption)}
          loading="lazy"
          width={one.width}
          height={one.height}
        />
      </a>
      <div class="case-about">
        <p class="long">
          <a href={`/e/${one.eventId}`}>{one.eventTitle}</a>{' '}
          <span class="small muted">
            {one.venueName}, {formatDay(one.startsAt, one.timeZone)} ·{' '}
            {one.kind === 'cover' ? texts.kindCover : texts.kindNight}
          </span>
        </p>
        {one.caption ? <p class="long">{one.caption}</p> : null}
        {one.openReports > 0 ? (
          <p>
            <Tag kind="warn">{texts.reports(one.openReports)}</Tag>
          </p>
        ) : null}
        <ul class="case-lines small">
          {one.reports.map((report) => (
            <li class="long" key={`${report.at} ${report.reason}`}>
              “{report.reason}” <span class="muted num">{when(report.at)}</span>
            </li>
          ))}
        </ul>
        <ul class="case-lines small muted">
          {one.decisions.map((decision) => (
            <li class="long num" key={decision.at}>
              {texts.decision(
                texts.decided[decision.action],
                decision.by,
                when(decision.at),
                decision.reason,
              )}
            </li>
          ))}
        </ul>
        <div class="picture-choices">
          {one.hidden ? (
            <Button
              kind="quiet"
              small
              label={texts.showLabel(one.eventTitle)}
              onClick={() => onAsk('show', one)}
            >
              {texts.show}
            </Button>
          ) : (
            <>
              <Button
                kind="danger"
                small
                label={texts.hideLabel(one.eventTitle)}
                onClick={() => onAsk('hide', one)}
              >
                {texts.hide}
              </Button>
              <Button
                kind="quiet"
                small
                label={texts.keepLabel(one.eventTitle)}
                onClick={() => onAsk('keep', one)}
              >
                {texts.keep}
              </Button>
            </>
          )}
        </div>
      </div>
    </>
  );
}
