/** An event's codes: what each does, for whom and how long, how often it was used; made, changed, switched off, removed. */
import { useState } from 'preact/hooks';
import type { CodeView } from '../../../server/protocol/money.ts';
import type { EventView } from '../../../server/protocol/views.ts';
import { ApiError } from '../../api.ts';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import type { Load } from '../../shell/load.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { serverNow } from '../../time.ts';
import { Bar, Button, formatDateTime, formatMoney, Notice, Tag } from '../../ui/index.ts';
import { formatBp } from './amounts.ts';
import { type CodeStanding, standingOf } from './code-draft.ts';
import { CodeDialog } from './code-form.tsx';
import { Loads, Part, Said } from './part.tsx';

const { codes: texts } = vendorMoneyTexts;
const TAGS: Record<CodeStanding, 'good' | 'warn' | 'plain'> = {
  active: 'good',
  inactive: 'plain',
  notYet: 'warn',
  over: 'plain',
  usedUp: 'warn',
};

export function CodesCard({ event, codes }: { event: EventView; codes: Load<CodeView[]> }) {
  const [edited, setEdited] = useState<CodeView | 'new' | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const done = (says: string): void => {
    setSaid(says);
    setProblem(null);
    codes.reload();
  };
  const pathOf = (code: CodeView): string => `/events/${event.id}/codes/${code.id}`;
  const toggle = (code: CodeView): void =>
    void api.request('PUT', pathOf(code), { body: { active: !code.active } }).then(
      () => done((code.active ? texts.stopped : texts.started)(code.code)),
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        setProblem(error.message);
      },
    );
  const remove = (code: CodeView): void =>
    setQuestion({
      title: texts.removeTitle(code.code),
      text: <p>{texts.removeText(code.used)}</p>,
      confirm: texts.removeDo,
      danger: true,
      run: async () => {
        await api.request('DELETE', pathOf(code));
        done(texts.removed(code.code));
      },
    });
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
      <Loads loaded={codes.loaded} onRetry={codes.reload}>
        {(items) =>
          items.length === 0 ? (
            <p>{texts.empty}</p>
          ) : (
            <ul class="money-lines">
              {items.map((code) => (
                <li key={code.id}>
                  <Code
                    code={code}
                    event={event}
                    onEdit={() => setEdited(code)}
                    onToggle={() => toggle(code)}
                    onRemove={() => remove(code)}
                  />
                </li>
              ))}
            </ul>
          )
        }
      </Loads>
      {problem ? <Notice kind="bad">{problem}</Notice> : null}
      <Said text={said} />
      <CodeDialog
        event={event}
        code={edited === 'new' ? null : edited}
        open={edited !== null}
        onClose={() => setEdited(null)}
        onDone={(code) => {
          done((edited === 'new' ? texts.created : texts.changed)(code.code));
          setEdited(null);
        }}
      />
      <Confirm question={question} onClose={() => setQuestion(null)} onDone={() => setQuestion(null)} />
    </Part>
  );
}

function doesOf({ kind, value }: CodeView, currency: string): string {
  if (kind === 'presale') return texts.kinds.presale;
  return kind === 'percent'
    ? texts.off.percent(formatBp(value))
    : texts.off.amount(formatMoney(value, currency));
}

function whenOf({ startsAt, endsAt }: CodeView, zone: string): string {
  const said = [
    startsAt ? texts.from(formatDateTime(startsAt, zone)) : null,
    endsAt ? texts.until(formatDateTime(endsAt, zone)) : null,
  ].filter(Boolean);
  return said.length > 0 ? said.join(' ') : texts.always;
}

function Code(props: {
  code: CodeView;
  event: EventView;
  onEdit: () => void;
  onToggle: () => void;
  onRemove: () => void;
}) {
  const { code, event } = props;
  const standing = standingOf(code, serverNow());
  const used = texts.used(code.used, code.maxTickets);
  const names = event.tiers.filter(({ id }) => code.tierIds?.includes(id)).map(({ name }) => name);
  const facts = [
    code.tierIds === null ? texts.forAll : texts.for(names.join(', ')),
    whenOf(code, event.venue.timeZone),
    code.maxPerFan === null ? null : texts.perFan(code.maxPerFan),
    code.channel === null ? null : texts.through(code.channel),
  ].filter(Boolean);
  return (
    <div class="money-line">
      <div class="money-line-head">
        <code class="the-code">{code.code}</code>
        <Tag kind={TAGS[standing]}>{texts[standing]}</Tag>
      </div>
      <p>{doesOf(code, event.currency)}</p>
      <p class="small muted num">{facts.join(' · ')}</p>
      <p class="small num">{used}</p>
      {code.maxTickets === null ? null : (
        <Bar total={code.maxTickets} sold={code.used} label={`${code.code}: ${used}`} />
      )}
      <div class="cluster money-actions">
        <Button kind="link" small label={texts.editLabel(code.code)} onClick={props.onEdit}>
          {texts.edit}
        </Button>
        <Button
          kind="link"
          small
          label={(code.active ? texts.stopLabel : texts.startLabel)(code.code)}
          onClick={props.onToggle}
        >
          {code.active ? texts.stop : texts.start}
        </Button>
        <Button kind="link" small label={texts.removeLabel(code.code)} onClick={props.onRemove}>
          {texts.remove}
        </Button>
      </div>
    </div>
  );
}
