/** One drop as an operator sees it: what it is doing, in figures, and all the controls. */
import { operatorTexts as texts } from '../texts/operator.ts';
import { vendorTexts } from '../texts/vendor.ts';
import { Art, Bar, formatDateTime, formatNumber, ownZone, Tag } from '../ui/index.ts';
import { Controls } from '../vendor/controls.tsx';
import type { OpenDrop } from './shapes.ts';

export function Drop({ drop, onDone }: { drop: OpenDrop; onDone: () => void }) {
  const before = drop.phase === 'lobby' || drop.phase === 'scheduled';
  const when = formatDateTime(drop.opensAt, ownZone());
  const says = vendorTexts.soldOf(formatNumber(drop.sold), formatNumber(drop.capacity));
  return (
    <li class="card operated-drop">
      <div class="operated-head">
        <Art id={drop.eventId} />
        <div class="grow">
          <h3>
            <a href={`/vendor/e/${drop.eventId}`}>{drop.eventTitle}</a>
          </h3>
          <p class="small muted">
            {texts.by(drop.vendorName)} · {before ? texts.opens(when) : texts.opened(when)}
          </p>
        </div>
        <div class="cluster">
          {drop.healthScore > 0 ? <Tag kind="bad">{texts.unhealthy(drop.healthScore)}</Tag> : null}
          <Tag kind={drop.phase === 'live' ? 'good' : drop.phase === 'scheduled' ? 'plain' : 'warn'}>
            {vendorTexts.phases[drop.phase]}
          </Tag>
        </div>
      </div>
      {drop.pauseReason ? <p class="small">{texts.paused(drop.pauseReason)}</p> : null}
      <Bar total={drop.capacity} sold={drop.sold} held={drop.held} label={says} />
      <DropFacts drop={drop} before={before} />
      <div class="operated-foot">
        <p class="small operated-links">
          <a href={`/d/${drop.id}`}>{texts.page}</a>
          {drop.hasLine ? <a href={`/d/${drop.id}/draw`}>{texts.draw}</a> : null}
        </p>
        <Controls
          asOperator
          onDone={onDone}
          drop={{
            dropId: drop.id,
            phase: drop.phase,
            hasLine: drop.hasLine,
            maxTurns: drop.maxTurns,
            turnsInUse: drop.turnsInUse,
            lineLength: drop.waiting,
            unsold: drop.available,
            opensAt: drop.opensAt,
            timeZone: ownZone(),
            pausedAt: drop.pausedAt,
            pauseReason: drop.pauseReason,
          }}
        />
      </div>
    </li>
  );
}

function DropFacts({ drop, before }: { drop: OpenDrop; before: boolean }) {
  const n = formatNumber;
  const rows: [string, string][] = [
    before ? [texts.facts.joined, n(drop.joined)] : [texts.facts.waiting, n(drop.waiting)],
    [texts.facts.serving, texts.servingOf(n(drop.serving), n(drop.lastNumber))],
    [texts.facts.turns, texts.turnsOf(n(drop.turnsInUse), n(drop.maxTurns))],
    [texts.facts.left, texts.leftOf(n(drop.available), n(drop.capacity))],
    [texts.facts.epoch, n(drop.epoch)],
  ];
  return (
    <dl class="operated-facts num">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
