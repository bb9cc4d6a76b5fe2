/** `/my/points`: how many there are, what they are worth, and where they came from and went. */
import type { PointsEntry, PointsView } from '../../server/protocol/loyalty.ts';
import { More, usePaged } from '../shell/paged.tsx';
import { Failed, PageLoading, Sentence, useTitle } from '../shell/states.tsx';
import { pointTexts as texts } from '../texts/points.ts';
import { BigNumber, Button, formatDateTime, formatNumber, LOCALE, Notice, ownZone } from '../ui/index.ts';
import './points.css';

/** In whatever currency they are spent: 1250 → 12.50 */
const amounts = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const amount = (minor: number): string => amounts.format(minor / 100);
const words = (points: number): string => texts.many(formatNumber(points), points);

function ruleOf({ earn }: PointsView): string {
  const perUnit = 100 / earn.pointWorthCents;
  return texts.rule(words(earn.pointsPer100Cents), amount(100), words(perUnit));
}

export default function Points() {
  useTitle(texts.title);
  const paged = usePaged<PointsEntry, PointsView>('/loyalty-points');
  const { loaded, reload } = paged;
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  const points = loaded.data;
  if (points.items.length === 0)
    return (
      <div class="page">
        <Sentence
          title={texts.emptyTitle}
          text={ruleOf(points)}
          actions={<Button href="/">{texts.toEvents}</Button>}
        />
      </div>
    );
  return (
    <div class="page points">
      <div class="page-head">
        <div>
          <h1>{texts.title}</h1>
          <p>{texts.sub}</p>
        </div>
      </div>
      <section class="card points-head" aria-label={texts.balance(points.balance)}>
        <p class="points-balance">
          <BigNumber value={points.balance} />
          <span class="eyebrow">{texts.balance(points.balance)}</span>
        </p>
        {points.balance > 0 ? (
          <p class="num">{texts.worth(amount(points.balance * points.earn.pointWorthCents))}</p>
        ) : null}
        {points.owed > 0 ? <Notice kind="turn">{texts.owed(words(points.owed))}</Notice> : null}
        <p class="small muted">{ruleOf(points)}</p>
      </section>
      <section class="stack-s" aria-label={texts.history}>
        <h2>{texts.history}</h2>
        <ul class="points-list">
          {points.items.map((entry) => (
            <Entry entry={entry} key={`${entry.at} ${entry.balance} ${entry.owed} ${entry.points}`} />
          ))}
        </ul>
        <More of={paged} />
      </section>
    </div>
  );
}

const signed = new Intl.NumberFormat(LOCALE, { signDisplay: 'always' });

function Entry({ entry }: { entry: PointsEntry }) {
  return (
    <li>
      <div>
        <b>{texts.kinds[entry.kind]}</b>
        <p class="small muted">
          {entry.eventTitle} · <span class="num">{texts.orderOf(entry.reference)}</span>
        </p>
        <p class="tiny muted num">{formatDateTime(entry.at, ownZone())}</p>
      </div>
      <p class={entry.points > 0 ? 'points-moved num came' : 'points-moved num'}>
        {signed.format(entry.points)}
        <span class="tiny muted">
          {entry.owed > 0
            ? texts.afterOwed(formatNumber(entry.owed))
            : texts.after(formatNumber(entry.balance))}
        </span>
      </p>
    </li>
  );
}
