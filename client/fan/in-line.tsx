/** With a number: the reveal, waiting, late, called, and the states that wait with it. */
import { BigNumber, Button, formatAge, formatClockSeconds, Timer } from '../ui/index.ts';
import { HowTheDrawWorks, JoinButton, NotifyButton, Receipt } from './before.tsx';
import { Confirm } from './confirm.tsx';
import { Hero } from './hero.tsx';
import { Line } from './line.tsx';
import { say } from './messages.ts';
import { ProblemNote } from './problem-note.tsx';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';
import { etaSentence, oddsSentence } from './wording.ts';

type Of<Name extends Screen['name']> = DropViewProps & { screen: Extract<Screen, { name: Name }> };

export function NumberReveal(props: Of<'number'>) {
  const { screen } = props;
  return (
    <>
      <Hero
        eyebrow={say.number.eyebrow}
        big={<BigNumber value={screen.number} from={screen.last} class="settle" />}
        title={say.number.title(screen.number, screen.last)}
        text={say.number.ahead(screen.ahead)}
      />
      <div class="actions">
        <Button wide onClick={props.act.seeLine}>
          {say.number.go}
        </Button>
        <Button wide kind="quiet" href={`/d/${props.drop?.id ?? ''}/draw`}>
          {say.number.verify}
        </Button>
      </div>
    </>
  );
}

export function Waiting(props: Of<'waiting'>) {
  const { screen, drop } = props;
  const rate = drop?.ratePerMinute ?? null;
  const nameOf = (tierId: string): string => drop?.tiers.find((tier) => tier.id === tierId)?.name ?? '';
  const odds = oddsSentence(props.odds, nameOf);
  const aged = props.freshness.kind === 'off';
  return (
    <>
      <Hero
        aged={aged}
        eyebrow={
          aged
            ? say.waiting.eyebrowOld(
                formatClockSeconds(props.confirmedAt, props.event?.venue.timeZone ?? 'UTC'),
              )
            : say.waiting.eyebrow
        }
        big={<BigNumber value={screen.ahead} />}
        title={screen.ahead === 0 ? say.waiting.first : etaSentence(screen.eta)}
        text={
          <>
            {rate ? say.waiting.rate(rate) : say.waiting.noRate}
            {odds ? ` ${odds}` : ''}
          </>
        }
      />
      <Line number={screen.number} ahead={screen.ahead} last={screen.last} />
      <p class="muted small">{say.waiting.keep}</p>
      <div class="actions pair">
        <NotifyButton {...props} />
        <LeaveButton {...props} />
      </div>
      <ProblemNote {...props} at="line" />
    </>
  );
}

export function LineExtras(props: { receipt: string; dropId: string }) {
  return (
    <div class="card flat extras">
      <Receipt receipt={props.receipt} />
      <hr />
      <HowTheDrawWorks dropId={props.dropId} />
    </div>
  );
}

export function LeaveButton(props: DropViewProps) {
  return (
    <Confirm
      label={say.waiting.leave}
      title={say.leave.title}
      text={say.leave.text}
      yes={say.leave.yes}
      no={say.leave.no}
      wide
      busy={props.asking === 'leave'}
      disabled={!props.mayAct}
      onYes={props.act.leave}
    />
  );
}

export function Late(props: Of<'late'>) {
  return (
    <>
      <Hero title={say.late.title} text={say.late.text} />
      <div class="actions">
        <Button
          wide
          kind="signal"
          busy={props.asking === 'claim'}
          disabled={!props.mayAct}
          onClick={props.act.claim}
        >
          {say.late.here}
        </Button>
        <ProblemNote {...props} at="line" />
        <LeaveButton {...props} />
      </div>
    </>
  );
}

export function Called(props: Of<'called'>) {
  const { screen } = props;
  return (
    <div class="call">
      <div class="call-rings" aria-hidden="true">
        <i />
        <i />
        <i />
      </div>
      {screen.number !== null ? <p class="call-number">{say.called.number(screen.number)}</p> : null}
      <h1 class="call-title">{say.called.title}</h1>
      <p class="call-eyebrow">{say.called.eyebrow}</p>
      <p class="call-timer">
        <Timer ms={screen.leftMs} size="big" label={say.aria.timer} />
      </p>
      <Button
        wide
        class="call-button"
        busy={props.asking === 'claim'}
        disabled={!props.mayAct}
        onClick={props.act.claim}
        autoFocus
      >
        {say.called.claim}
      </Button>
      <p class="call-text">{say.called.text}</p>
      <ProblemNote {...props} at="line" />
    </div>
  );
}

export function Open(props: Of<'open'>) {
  const { screen } = props;
  return (
    <>
      <Hero
        eyebrow={say.open.eyebrow}
        big={<BigNumber value={screen.lineLength} />}
        title={say.open.title}
        text={say.open.text}
      />
      <JoinButton {...props} anonymous={screen.anonymous} label={say.open.join} />
    </>
  );
}

export function Paused(props: Of<'paused'>) {
  const { screen } = props;
  return (
    <>
      <Hero
        {...(screen.ahead !== null
          ? { eyebrow: say.waiting.eyebrow, big: <BigNumber value={screen.ahead} />, aged: true }
          : {})}
        title={screen.reason ? say.paused.title(screen.reason) : say.paused.plain}
        text={screen.joined ? say.paused.kept : say.paused.keptNone}
        sure={`${say.paused.since(formatAge(screen.sinceMs))}.`}
      />
      {screen.number !== null && screen.ahead !== null ? (
        <Line number={screen.number} ahead={screen.ahead} last={props.drop?.lastNumber ?? screen.number} />
      ) : null}
      {screen.joined ? (
        <div class="actions pair">
          <NotifyButton {...props} />
          <LeaveButton {...props} />
        </div>
      ) : null}
    </>
  );
}

export function SoldOut(props: Of<'sold_out'>) {
  const { screen } = props;
  return (
    <>
      <Hero
        title={say.soldOut.title}
        text={screen.inCarts > 0 ? say.soldOut.inCarts(screen.inCarts) : say.soldOut.none}
        sure={screen.number !== null ? say.soldOut.kept(screen.number) : say.soldOut.noNumber}
      />
      <div class="actions">
        {screen.number !== null ? <NotifyButton {...props} /> : null}
        <Button
          wide
          kind={screen.number === null ? 'primary' : 'quiet'}
          small={screen.number !== null}
          href="/"
        >
          {say.seeEvents}
        </Button>
        {screen.number !== null ? <LeaveButton {...props} /> : null}
      </div>
    </>
  );
}
