/** Stores and workers with what they say of themselves, and whether anything waits too long. */
import { operatorTexts as texts } from '../texts/operator.ts';
import { formatAge, formatNumber, Tag } from '../ui/index.ts';
import type { Health, Lag, StoreHealth } from './shapes.ts';
import { Truth } from './truth.tsx';

const age = (seconds: number): string => formatAge(seconds * 1000);

function Row(props: { name: string; detail: string; ok: boolean }) {
  return (
    <li class="row">
      <span class="health-name">
        {props.name}
        <span class="small muted num health-detail">{props.detail}</span>
      </span>
      <Tag kind={props.ok ? 'good' : 'bad'}>{props.ok ? texts.up : texts.down}</Tag>
    </li>
  );
}

function Store(props: { name: string; store: StoreHealth }) {
  const { answerMs, detail, ok } = props.store;
  const said = answerMs === null ? detail : texts.answers(answerMs.toFixed(answerMs < 10 ? 1 : 0), detail);
  return <Row name={props.name} detail={said} ok={ok} />;
}

export function HealthList({ health }: { health: Health }) {
  return (
    <>
      <ul class="facts">
        <Store name={texts.stores.ledger} store={health.stores.ledger} />
        <Store name={texts.stores.gate} store={health.stores.gate} />
        {health.workers.map((worker) => (
          <Row
            key={worker.id}
            name={texts.worker}
            detail={texts.seen(age(worker.seenSecondsAgo))}
            ok={worker.alive}
          />
        ))}
        {health.workers.length === 0 ? <li class="muted">{texts.noWorkers}</li> : null}
      </ul>
      <h3 class="health-part">{texts.onTime}</h3>
      <ul class="invariants">
        {health.lags.map((lag) => (
          <LagRow lag={lag} key={lag.name} />
        ))}
      </ul>
    </>
  );
}

function LagRow({ lag }: { lag: Lag }) {
  return (
    <Truth holds={lag.ok} sentence={lag.sentence}>
      {lag.waiting > 0 ? (
        <p class="small num">{texts.waiting(formatNumber(lag.waiting), age(lag.oldestSeconds))}</p>
      ) : null}
    </Truth>
  );
}
