/** What I hold: its time, its items, changing and letting go, and paying right below. */
import { useState } from 'preact/hooks';
import type { HoldView } from '../../server/protocol/index.ts';
import { seatNames } from '../texts/seat-names.ts';
import { heldAt, orderOf } from '../till/lines.ts';
import { Button, Dialog, formatClockSeconds, formatCountdown, Money, Timer } from '../ui/index.ts';
import { unitAllIn } from '../ui/prices.ts';
import { SeatLines } from '../ui/seat.tsx';
import { Confirm } from './confirm.tsx';
import { countOf, planEdit, type Quantities, quantitiesOf } from './edit-plan.ts';
import { SeatsOfHold } from './lazy-seats.tsx';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import { PayForm } from './pay-form.tsx';
import { Picker, Total } from './picker.tsx';
import { isAboutCode, PresaleCode } from './presale-code.tsx';
import { ProblemNote } from './problem-note.tsx';
import type { HeldNow, Screen } from './screen.ts';
import { FinishButton } from './turn.tsx';
import { urgency } from './urgency.ts';
import type { DropViewProps } from './view-props.ts';

type HoldScreen = Extract<Screen, { name: 'hold' }>;

export function Hold(props: DropViewProps & { screen: HoldScreen }) {
  const { screen, drop } = props;
  const [first, ...others] = screen.holds;
  if (!first || !drop) return null;
  return (
    <>
      <HeldCard {...props} held={first} index={1} />
      <div class="card">
        <PayForm {...props} hold={first.hold} order={screen.order} key={first.hold.id} />
      </div>
      {others.map((held, index) => (
        <HeldCard {...props} held={held} index={index + 2} key={held.hold.id} />
      ))}
      <HoldMore {...props} />
      {screen.turn?.leftMs ? <FinishButton {...props} /> : null}
    </>
  );
}

function HeldCard(props: DropViewProps & { screen: HoldScreen; held: HeldNow; index: number }) {
  const { held, screen, drop } = props;
  const { hold } = held;
  const zone = props.event?.venue.timeZone ?? 'UTC';
  const count = hold.items.reduce((sum, item) => sum + item.quantity, 0);
  const seated = hold.items.some((item) => item.seats?.length);
  const Title = props.index === 1 ? 'h1' : 'h2';
  return (
    <section class="card held" aria-label={say.hold.title(count)}>
      <div class={`held-clock ${urgency(held.leftMs)}`}>
        <div>
          <p class="eyebrow">
            {shop.hold.eyebrow} <span class="num">{formatClockSeconds(hold.expiresAt, zone)}</span>
          </p>
          <Timer ms={held.leftMs} label={say.aria.timer} />
        </div>
        {screen.holds.length > 1 ? (
          <span class="tag good">{shop.hold.several(props.index, screen.holds.length)}</span>
        ) : null}
      </div>
      <Title class="held-title">{say.hold.title(count)}</Title>
      <HeldItems
        hold={heldAt(hold, orderOf(hold, screen.order))}
        nameOf={(id) => drop?.tiers.find((tier) => tier.id === id)?.name ?? ''}
      />
      <p class="small muted">{shop.hold.text}</p>
      <ProblemNote {...props} at="hold" />
      {seated ? (
        <SeatsOfHold {...props} hold={hold} allowance={screen.turn?.allowance ?? 0} key={hold.id} />
      ) : null}
      <div class="cluster held-actions">
        {seated ? null : <ChangeButton {...props} hold={hold} />}
        {drop?.extendable && !hold.extended ? (
          <Button
            kind="quiet"
            small
            busy={props.asking === 'extend'}
            disabled={!props.mayAct}
            onClick={() => props.act.extend(hold.id)}
          >
            {shop.hold.extend}
          </Button>
        ) : null}
        <Confirm
          label={shop.hold.letGo}
          title={shop.hold.letGoTitle}
          text={shop.hold.letGoText}
          yes={shop.hold.letGoYes}
          no={shop.hold.keep}
          busy={props.asking === 'release'}
          disabled={!props.mayAct}
          onYes={() => props.act.release(hold.id)}
        />
      </div>
    </section>
  );
}

export function HeldItems(props: { hold: HoldView; nameOf: (tierId: string) => string }) {
  const { hold } = props;
  return (
    <dl class="facts">
      {hold.items.map((item) => (
        <div class="row" key={item.tierId}>
          <dt class="ink">
            {shop.hold.item(item.quantity, item.tierName ?? props.nameOf(item.tierId))}
            <SeatLines seats={item.seats} words={seatNames} />
          </dt>
          <dd>
            <Money minor={item.quantity * unitAllIn(item)} currency={item.currency} />
          </dd>
        </div>
      ))}
      <div class="row">
        <dt class="ink strong">{shop.hold.total}</dt>
        <dd class="total-sum strong">
          <Money minor={hold.totalCents} currency={hold.currency} />
        </dd>
      </div>
    </dl>
  );
}

/** Change = hold anew and let go, in the order that loses nothing where the limit allows it. */
function ChangeButton(props: DropViewProps & { screen: HoldScreen; hold: HoldView }) {
  const { hold, drop, screen } = props;
  const [wanted, setWanted] = useState<Quantities | null>(null);
  const turn = screen.turn;
  if (!drop || !turn) return null;
  const held = quantitiesOf(hold);
  const plan = wanted ? planEdit(hold, wanted, turn.allowance) : null;
  const close = (): void => setWanted(null);
  const note =
    plan?.kind === 'safe'
      ? shop.hold.changeSafe
      : plan?.kind === 'risky'
        ? shop.hold.changeRisky
        : plan?.kind === 'too-many'
          ? shop.hold.changeTooMany(plan.limit)
          : plan?.kind === 'let-go'
            ? shop.hold.changeNone
            : '';
  const savable = plan !== null && plan.kind !== 'nothing' && plan.kind !== 'too-many';
  return (
    <>
      <Button
        kind="quiet"
        small
        busy={props.asking === 'change'}
        disabled={!props.mayAct || drop.phase === 'paused'}
        onClick={() => setWanted(held)}
      >
        {shop.hold.change}
      </Button>
      <Dialog
        open={wanted !== null}
        title={shop.hold.changeTitle}
        onClose={close}
        actions={
          <>
            <Button kind="quiet" small onClick={close}>
              {say.cancel}
            </Button>
            <Button
              small
              disabled={!savable}
              onClick={() => {
                if (wanted) props.act.change(hold.id, wanted);
                close();
              }}
            >
              {shop.hold.changeSave}
            </Button>
          </>
        }
      >
        {wanted ? (
          <>
            <Picker
              drop={drop}
              draft={wanted}
              extra={held}
              allowance={turn.allowance + countOf(held)}
              now={props.now}
              zone={props.event?.venue.timeZone ?? 'UTC'}
              onDraft={setWanted}
            />
            <Total drop={drop} draft={wanted} />
            {note ? <p class={plan?.kind === 'risky' ? 'notice turn' : 'small muted'}>{note}</p> : null}
          </>
        ) : null}
      </Dialog>
    </>
  );
}

/** While the turn lasts and the limit allows it, more can be held beside. */
function HoldMore(props: DropViewProps & { screen: HoldScreen }) {
  const { drop, screen, draft } = props;
  const turn = screen.turn;
  if (!drop || !turn || turn.allowance <= 0 || drop.phase === 'paused') return null;
  // Seats are added by changing them, on the map.
  const tiers = drop.tiers.filter((tier) => !tier.seated);
  if (tiers.length === 0) return null;
  const count = countOf(draft);
  return (
    <details class="card fold">
      <summary>{shop.hold.addMore}</summary>
      <p class="small muted">
        {shop.hold.addMoreText(turn.allowance)}{' '}
        {turn.leftMs ? shop.hold.turnLeft(formatCountdown(turn.leftMs)) : ''}
      </p>
      <Picker
        drop={{ ...drop, tiers }}
        draft={draft}
        allowance={turn.allowance}
        now={props.now}
        zone={props.event?.venue.timeZone ?? 'UTC'}
        onDraft={props.act.setDraft}
      />
      <PresaleCode {...props} />
      <Total drop={drop} draft={draft} />
      {isAboutCode(props.problem) ? null : <ProblemNote {...props} at="board" />}
      <Button
        wide
        kind="quiet"
        busy={props.asking === 'hold'}
        disabled={count === 0 || !props.mayAct}
        onClick={props.act.hold}
      >
        {shop.turn.hold(count)}
      </Button>
    </details>
  );
}
