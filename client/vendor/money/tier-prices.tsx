/** Each tier's price: what fans pay, whether it is in presale, how it moves by itself, and the way to change each. */
import { useState } from 'preact/hooks';
import type { CodeView, PriceRuleView } from '../../../server/protocol/money.ts';
import type { EventView, TierView } from '../../../server/protocol/views.ts';
import { api } from '../../session.ts';
import { Confirm, type Question } from '../../shell/confirm.tsx';
import { type Load, useLoad } from '../../shell/load.ts';
import { vendorMoneyTexts } from '../../texts/vendor-money.ts';
import { serverNow } from '../../time.ts';
import { Button, formatDateTime, formatMoney, Tag } from '../../ui/index.ts';
import { allIn } from '../../ui/prices.ts';
import { Loads, Part, Said } from './part.tsx';
import { PresaleDialog, PriceDialog } from './price-form.tsx';
import { RuleDialog } from './rule-form.tsx';
import { RulePlot } from './rule-plot.tsx';

const { tiers: texts, rule: ruleTexts } = vendorMoneyTexts;

interface Props {
  event: EventView;
  codes: readonly CodeView[] | null;
  onPrices: () => void;
}

export function TierPrices({ event, codes, onPrices }: Props) {
  const [said, setSaid] = useState<string | null>(null);
  const hasCode = (tier: TierView): boolean =>
    codes === null ||
    codes.some(
      ({ kind, active, tierIds }) =>
        kind === 'presale' && active && (tierIds === null || tierIds.includes(tier.id)),
    );
  return (
    <Part title={texts.title}>
      <Said text={said} />
      <ul class="tier-prices">
        {event.tiers.map((tier) => (
          <li key={tier.id}>
            <TierPrice
              event={event}
              tier={tier}
              hasCode={hasCode(tier)}
              onDone={(says) => {
                setSaid(says);
                onPrices();
              }}
            />
          </li>
        ))}
      </ul>
    </Part>
  );
}

type Open = 'price' | 'presale' | 'rule' | 'remove' | null;

/** Whether there is a rule, also one that is switched off. */
const isKept = (rule: PriceRuleView | null): boolean =>
  rule !== null && (rule.enabled || rule.steps.length > 0);

interface TierProps {
  event: EventView;
  tier: TierView;
  hasCode: boolean;
  onDone: (says: string) => void;
}

function TierPrice({ event, tier, hasCode, onDone }: TierProps) {
  const [open, setOpen] = useState<Open>(null);
  const path = `/tiers/${tier.id}/price-rule`;
  const rule = useLoad(path, (signal) => api.request<PriceRuleView>('GET', path, { signal }));
  const money = (minor: number): string => formatMoney(minor, tier.currency);
  const added = allIn(tier) - tier.priceCents;
  const inPresale = tier.presaleUntil !== undefined && Date.parse(tier.presaleUntil) > serverNow();
  const dialog = {
    event,
    tier,
    onClose: () => setOpen(null),
    onDone: (says: string) => {
      setOpen(null);
      onDone(says);
    },
  };
  const ruled = rule.loaded.data?.enabled ?? false;
  return (
    <div class="money-line">
      <h3 class="long">{tier.name}</h3>
      <p class="num">
        <b>{texts.now(money(allIn(tier)))}</b>
        <span class="small muted tier-parts">
          {added > 0
            ? texts.parts(money(tier.priceCents), money(added))
            : texts.partsPlain(money(tier.priceCents))}
        </span>
      </p>
      {inPresale ? (
        <p class="small">
          <Tag kind="warn">{texts.presale}</Tag>{' '}
          {texts.presaleUntil(formatDateTime(tier.presaleUntil ?? '', event.venue.timeZone))}{' '}
          {hasCode ? null : texts.presaleNoCode}
        </p>
      ) : null}
      <Rule {...dialog} load={rule} open={open} />
      <div class="cluster money-actions">
        {ruled ? null : (
          <Button kind="link" small label={texts.changeLabel(tier.name)} onClick={() => setOpen('price')}>
            {texts.change}
          </Button>
        )}
        <Button kind="link" small label={texts.presaleLabel(tier.name)} onClick={() => setOpen('presale')}>
          {texts.presale}
        </Button>
        {rule.loaded.data ? (
          <Button kind="link" small label={texts.ruleLabel(tier.name)} onClick={() => setOpen('rule')}>
            {texts.rule}
          </Button>
        ) : null}
        {isKept(rule.loaded.data) ? (
          <Button
            kind="link"
            small
            label={ruleTexts.removeLabel(tier.name)}
            onClick={() => setOpen('remove')}
          >
            {ruleTexts.remove}
          </Button>
        ) : null}
      </div>
      <PriceDialog {...dialog} open={open === 'price'} />
      <PresaleDialog {...dialog} hasCode={hasCode} open={open === 'presale'} />
    </div>
  );
}

interface RuleProps {
  event: EventView;
  tier: TierView;
  load: Load<PriceRuleView>;
  open: Open;
  onClose: () => void;
  onDone: (says: string) => void;
}

/** What the rule says, its line, and its dialogs. */
function Rule({ event, tier, load, open, onClose, onDone }: RuleProps) {
  const place = { currency: tier.currency, zone: event.venue.timeZone };
  const money = (minor: number): string => formatMoney(minor, tier.currency);
  const removal: Question = {
    title: ruleTexts.removeTitle(tier.name),
    text: <p>{ruleTexts.removeText(money(tier.priceCents))}</p>,
    confirm: ruleTexts.remove,
    danger: true,
    run: async () => load.replace(await api.request<PriceRuleView>('DELETE', `/tiers/${tier.id}/price-rule`)),
  };
  return (
    <Loads loaded={load.loaded} onRetry={load.reload}>
      {(rule) => {
        const kept = isKept(rule);
        return (
          <>
            <p class="small">
              {rule.enabled
                ? ruleTexts.on(rule.steps.length, money(rule.floorCents), money(rule.capCents))
                : kept
                  ? ruleTexts.paused
                  : ruleTexts.off}
            </p>
            {kept ? <RulePlot rule={rule} place={place} /> : null}
            <RuleDialog
              tier={tier}
              rule={rule}
              place={place}
              open={open === 'rule'}
              onClose={onClose}
              onDone={(saved) => {
                load.replace(saved);
                onDone(ruleTexts.saved(tier.name));
              }}
            />
            <Confirm
              question={open === 'remove' ? removal : null}
              onClose={onClose}
              onDone={() => onDone(ruleTexts.removed(tier.name))}
            />
          </>
        );
      }}
    </Loads>
  );
}
