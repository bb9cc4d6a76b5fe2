/** My turn: the clock, the board with steppers, the running total. */
import { Button, Timer } from '../ui/index.ts';
import { loginHere } from './before.tsx';
import { Confirm } from './confirm.tsx';
import { countOf } from './edit-plan.ts';
import { SeatTurn } from './lazy-seats.tsx';
import { say } from './messages.ts';
import { shop } from './messages-shop.ts';
import { Picker, Total } from './picker.tsx';
import { isAboutCode, PresaleCode } from './presale-code.tsx';
import { ProblemNote } from './problem-note.tsx';
import type { Screen } from './screen.ts';
import { urgency } from './urgency.ts';
import type { DropViewProps } from './view-props.ts';

type TurnScreen = Extract<Screen, { name: 'turn' }>;

export function Turn(props: DropViewProps & { screen: TurnScreen }) {
  const { screen, drop, draft } = props;
  if (!drop) return null;
  if (drop.mapId) return <SeatTurn {...props} />;
  const count = countOf(draft);
  const paused = drop.phase === 'paused';
  const over = count > screen.allowance;
  return (
    <>
      <TurnPanel leftMs={screen.leftMs} />
      {screen.soldOut ? <p class="muted">{shop.turn.soldOut}</p> : null}
      <div class="card">
        <Picker
          drop={drop}
          draft={draft}
          allowance={screen.allowance}
          now={props.now}
          zone={props.event?.venue.timeZone ?? 'UTC'}
          onDraft={props.act.setDraft}
        />
      </div>
      <PresaleCode {...props} />
      {count >= screen.allowance ? (
        <p class="small muted" role="status">
          {shop.turn.limitReached(screen.allowance)}
        </p>
      ) : null}
      <div class="sticky">
        <Total drop={drop} draft={draft} />
        {isAboutCode(props.problem) ? null : <ProblemNote {...props} at="board" />}
        {screen.anonymous ? (
          <Button wide href={loginHere(drop.id)}>
            {say.logInToBuy}
          </Button>
        ) : (
          <Button
            wide
            busy={props.asking === 'hold'}
            disabled={count === 0 || over || paused || !props.mayAct}
            describedBy="hold-note"
            onClick={props.act.hold}
          >
            {shop.turn.hold(count)}
          </Button>
        )}
        <p class="tiny muted center" id="hold-note">
          {paused
            ? shop.turn.paused
            : props.mayAct || screen.anonymous
              ? shop.turn.heldFor(drop.holdSeconds)
              : shop.turn.offline}
        </p>
      </div>
      {screen.leftMs === null ? null : <FinishButton {...props} />}
    </>
  );
}

export function TurnPanel(props: { leftMs: number | null }) {
  if (props.leftMs === null)
    return (
      <div class="hero">
        <h1>{shop.turn.openSale}</h1>
        <p class="muted">{shop.turn.openText}</p>
      </div>
    );
  return (
    <div class={`turn-panel ${urgency(props.leftMs)}`}>
      <h1>{say.turn.title}</h1>
      <p class="turn-timer">
        <Timer ms={props.leftMs} label={say.aria.timer} />
      </p>
      <p>{shop.turn.left}</p>
    </div>
  );
}

export function FinishButton(props: DropViewProps) {
  return (
    <Confirm
      kind="link"
      label={shop.turn.done}
      title={shop.finish.title}
      text={shop.finish.text}
      yes={shop.finish.yes}
      no={shop.finish.no}
      busy={props.asking === 'finish'}
      disabled={!props.mayAct}
      onYes={props.act.finish}
    />
  );
}
