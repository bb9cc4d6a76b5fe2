/** Who sends fans to a vendor's sales: links to this event, what came by them and what that earned; added, changed, ended. */
import { useState } from 'preact/hooks';
import type { AffiliateView } from '../../../server/protocol/affiliate-views.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { copyText } from '../../sharing/copy.ts';
import { useEvery, useLoad } from '../../shell/load.ts';
import { wholeList } from '../../shell/whole-list.ts';
import { sharingTexts, affiliateTexts as texts } from '../../texts/sharing.ts';
import { serverNow } from '../../time.ts';
import { Button, formatMoney, Notice, Tag } from '../../ui/index.ts';
import { type AffiliateStanding, standingOf } from './affiliate-draft.ts';
import { AffiliateDialog } from './affiliate-form.tsx';
import { formatBp } from './amounts.ts';
import { Loads, Part, Said } from './part.tsx';

const REFRESH_MS = 30_000;
const TAGS: Record<AffiliateStanding, 'good' | 'warn' | 'plain'> = {
  active: 'good',
  inactive: 'plain',
  notYet: 'warn',
  over: 'plain',
  elsewhere: 'plain',
};

export function AffiliatesCard({ event }: { event: EventView }) {
  const path = `/vendors/${event.vendorId}/affiliates`;
  const { loaded, reload } = useLoad(path, (signal) => wholeList<AffiliateView>(api.request, path, signal));
  useEvery(REFRESH_MS, reload);
  const [edited, setEdited] = useState<AffiliateView | 'new' | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const done = (says: string): void => {
    setSaid(says);
    setProblem(null);
    reload();
  };
  const toggle = (one: AffiliateView): void =>
    void api.request('PUT', `${path}/${one.id}`, { body: { active: !one.active } }).then(
      () => done((one.active ? texts.ended : texts.resumed)(one.name)),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setProblem(error.message);
      },
    );
  const copy = async (one: AffiliateView): Promise<void> => {
    const link = new URL(`/e/${event.id}?via=${one.code}`, window.location.origin).href;
    setSaid((await copyText(link)) ? texts.copied(one.name) : `${sharingTexts.copyFailed} ${link}`);
  };
  return (
    <Part
      title={texts.title}
      text={texts.text}
      action={
        <Button kind="quiet" small onClick={() => setEdited('new')}>
          {texts.add}
        </Button>
      }
    >
      <Loads loaded={loaded} onRetry={reload}>
        {(items) =>
          items.length === 0 ? (
            <p>{texts.empty}</p>
          ) : (
            <ul class="money-lines">
              {items.map((one) => (
                <li key={one.id}>
                  <Affiliate
                    one={one}
                    event={event}
                    onCopy={() => void copy(one)}
                    onEdit={() => setEdited(one)}
                    onToggle={() => toggle(one)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loads>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <Said text={said} />
      <AffiliateDialog
        event={event}
        affiliate={edited === 'new' ? null : edited}
        open={edited !== null}
        onClose={() => setEdited(null)}
        onDone={(one) => {
          done((edited === 'new' ? texts.created : texts.changed)(one.name));
          setEdited(null);
        }}
      />
    </Part>
  );
}

function Affiliate(props: {
  one: AffiliateView;
  event: EventView;
  onCopy: () => void;
  onEdit: () => void;
  onToggle: () => void;
}) {
  const { one, event } = props;
  const standing = standingOf(one, event.id, serverNow());
  return (
    <div class="money-line">
      <div class="money-line-head">
        <b class="long">{one.name}</b>
        <Tag kind={TAGS[standing]}>{texts[standing]}</Tag>
      </div>
      <p class="small muted num">
        <code>{one.code}</code> · {texts.rate(formatBp(one.commissionBp))}
      </p>
      {one.figures.length === 0 ? <p class="small">{texts.none}</p> : null}
      {one.figures.map((each) => (
        <p class="small num" key={each.currency}>
          {texts.orders(each.orders, each.tickets)} ·{' '}
          <b>{texts.earned(formatMoney(each.commissionCents, each.currency))}</b>
        </p>
      ))}
      <div class="cluster money-actions">
        <Button kind="link" small label={texts.copyLabel(one.name)} onClick={props.onCopy}>
          {texts.copy}
        </Button>
        <a
          class="button link small-button"
          href={`/events/${event.id}/link.svg?via=${one.code}`}
          download={sharingTexts.file(one.code)}
          aria-label={texts.qrLabel(one.name)}
        >
          {texts.qr}
        </a>
        <Button kind="link" small label={texts.editLabel(one.name)} onClick={props.onEdit}>
          {texts.edit}
        </Button>
        <Button
          kind="link"
          small
          label={(one.active ? texts.endLabel : texts.resumeLabel)(one.name)}
          onClick={props.onToggle}
        >
          {one.active ? texts.end : texts.resume}
        </Button>
      </div>
    </div>
  );
}
