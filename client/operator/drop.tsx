/** One drop as an operator sees it: what it is doing, in figures, and all the controls. */
import { operatorTexts as texts } from '../texts/operator.ts';
import { vendorTexts } from '../texts/vendor.ts';
import { Art, Bar, formatDateTime, formatNumber, Tag } from '../ui/index.ts';
import { Controls } from '../vendor/controls.tsx';
import type { OperatedDrop } from './shapes.ts';

export function Drop({ drop, onDone }: { drop: OperatedDrop; onDone: () => void }) {
  const capacity = drop.tiers.reduce((sum, tier) => sum + tier.quantity, 0);
  const sold = drop.tiers.reduce((sum, tier) => sum + tier.sold, 0);
  const held = drop.tiers.reduce((sum, tier) => sum + tier.held, 0);
  const left = drop.tiers.reduce((sum, tier) => sum + tier.available, 0);
  const waiting = drop.phase === 'lobby' || drop.phase === 'scheduled';
  const line = waiting ? drop.lobbyCount : Math.max(0, drop.lastNumber - drop.serving);
  const kind =
    drop.phase === 'live' ? 'good' : drop.phase === 'ended' || drop.phase === 'canceled' ? 'plain' : 'warn';
  const when = formatDateTime(drop.opensAt, drop.timeZone);
  const says = vendorTexts.soldOf(formatNumber(sold), formatNumber(capacity));
  return (
    <li class="card operated-drop">
      <div class="operated-head">
        <Art id={drop.eventId} />
        <div class="grow">
          <h3>
            <a href={`/vendor/e/${drop.eventId}`}>{drop.eventTitle}</a>
          </h3>
          <p class="small muted">{waiting ? texts.opens(when) : texts.opened(when)}</p>
        </div>
        <Tag kind={kind}>{vendorTexts.phases[drop.phase]}</Tag>
      </div>
      {drop.pauseReason ? <p class="small">{texts.paused(drop.pauseReason)}</p> : null}
      <Bar total={capacity} sold={sold} held={held} label={says} />
      <dl class="operated-facts num">
        <Fact name={texts.facts.line} value={formatNumber(line)} />
        <Fact name={texts.facts.serving} value={formatNumber(drop.serving)} />
        <Fact
          name={texts.facts.turns}
          value={texts.turnsOf(formatNumber(drop.turnsInUse), formatNumber(drop.maxTurns))}
        />
        <Fact name={texts.facts.left} value={texts.leftOf(formatNumber(left), formatNumber(capacity))} />
        <Fact name={texts.facts.epoch} value={formatNumber(drop.epoch)} />
      </dl>
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
            maxTurns: drop.maxTurns,
            turnsInUse: drop.turnsInUse,
            lineLength: line,
            unsold: left,
            opensAt: drop.opensAt,
            timeZone: drop.timeZone,
            pausedAt: drop.pausedAt,
            pauseReason: drop.pauseReason,
          }}
        />
      </div>
    </li>
  );
}

function Fact(props: { name: string; value: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.value}</dd>
    </div>
  );
}
