/** Until the numbers are there: scheduled, doors, lobby, drawing. */

import { useState } from 'preact/hooks';
import { BigNumber, Button, Card, Facts, Fold, formatClock, formatNumber, Timer } from '../ui/index.ts';
import { Hero } from './hero.tsx';
import { say } from './messages.ts';
import { ProblemNote } from './problem-note.tsx';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

type Of<Name extends Screen['name']> = DropViewProps & { screen: Extract<Screen, { name: Name }> };

export const loginHere = (dropId: string): string => `/login?to=${encodeURIComponent(`/d/${dropId}`)}`;

export function Scheduled(props: Of<'scheduled'>) {
  const { screen, drop } = props;
  const zone = props.event?.venue.timeZone ?? 'UTC';
  const lobby = drop?.hasLine && drop.lobbyOpensAt && screen.lobbyInMs !== null && screen.lobbyInMs > 0;
  return (
    <>
      <Hero
        eyebrow={say.scheduled.eyebrow}
        big={<Timer ms={screen.opensInMs} size="big" label={say.aria.opens} />}
        title={
          lobby
            ? say.scheduled.titleLobby(formatClock(drop.lobbyOpensAt ?? '', zone))
            : say.scheduled.titleNoLobby
        }
        text={drop?.hasLine ? say.scheduled.text : say.scheduled.textNoLine}
      />
      {drop?.hasLine ? (
        <Card>
          <HowTheDrawWorks dropId={drop.id} />
        </Card>
      ) : null}
    </>
  );
}

export function Doors(props: Of<'doors'>) {
  const { screen, drop } = props;
  return (
    <>
      <Hero
        eyebrow={say.doors.eyebrow}
        big={<Timer ms={screen.opensInMs} size="big" label={say.aria.opens} />}
        title={say.doors.title}
        text={say.doors.text}
      />
      <JoinButton {...props} anonymous={screen.anonymous} label={say.doors.join} />
      <Card>
        <Facts rows={[[say.here, <BigNumber value={screen.here} size="inline" />]]} />
        <hr />
        <HowTheDrawWorks dropId={drop?.id ?? ''} />
      </Card>
    </>
  );
}

export function Lobby(props: Of<'lobby'>) {
  const { screen, drop } = props;
  const zone = props.event?.venue.timeZone ?? 'UTC';
  const claim = `${formatNumber(drop?.claimSeconds ?? 60)}\u00a0s`;
  return (
    <>
      <Hero
        eyebrow={screen.opensInMs > 0 ? say.lobby.eyebrow : ' '}
        big={
          screen.opensInMs > 0 ? (
            <Timer ms={screen.opensInMs} size="big" label={say.aria.opens} />
          ) : (
            <span class="mid">{say.lobby.soon}</span>
          )
        }
        title={say.lobby.title}
      />
      <Card>
        <Facts
          rows={[
            [say.here, <BigNumber value={screen.here} size="inline" />],
            [say.joinedAt, formatClock(screen.joinedAt, zone)],
          ]}
        />
        <hr />
        <Receipt receipt={screen.receipt} />
        <hr />
        <HowTheDrawWorks dropId={drop?.id ?? ''} />
      </Card>
      <p class="muted small">{say.lobby.keep.replace('{claim}', claim)}</p>
      <NotifyButton {...props} />
    </>
  );
}

export function Drawing(props: Of<'drawing'>) {
  const { screen } = props;
  return (
    <>
      <Hero
        big={
          <span class="drawing" aria-hidden="true">
            {Array.from({ length: 24 }, (_, index) => (
              <i key={index} style={{ animationDelay: `${-((index * 137) % 1000)}ms` }} />
            ))}
          </span>
        }
        title={say.drawing.title}
        text={screen.joined ? say.drawing.joined : say.drawing.text}
      />
      {screen.joined ? null : <JoinButton {...props} anonymous={false} label={say.drawing.join} />}
      {props.drop ? (
        <Card>
          <HowTheDrawWorks dropId={props.drop.id} />
        </Card>
      ) : null}
    </>
  );
}

export function JoinButton(props: DropViewProps & { anonymous: boolean; label: string }) {
  if (props.anonymous)
    return (
      <div class="actions">
        <Button wide href={loginHere(props.drop?.id ?? '')}>
          {say.logInToJoin}
        </Button>
        <Button wide kind="quiet" href={`/register?to=${encodeURIComponent(`/d/${props.drop?.id ?? ''}`)}`}>
          {say.createAccount}
        </Button>
      </div>
    );
  return (
    <div class="actions">
      <Button wide busy={props.asking === 'join'} disabled={!props.mayAct} onClick={props.act.join}>
        {props.label}
      </Button>
      <ProblemNote {...props} at="line" />
    </div>
  );
}

export function NotifyButton(props: DropViewProps) {
  const { alerts } = props;
  const label =
    alerts === 'no'
      ? say.waiting.notify
      : alerts === 'ring'
        ? say.waiting.notified
        : say.waiting.notifiedFull;
  return (
    <Button kind="quiet" small wide disabled={alerts !== 'no'} onClick={props.act.notifyMe}>
      {label}
    </Button>
  );
}

/** Seven characters of each end are enough to compare by eye. */
const shorten = (receipt: string): string => `${receipt.slice(-12, -8)}…${receipt.slice(-4)}`;

export function Receipt(props: { receipt: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    // Plain http has no clipboard; the text below can be selected by hand.
    await navigator.clipboard?.writeText(props.receipt);
    setCopied(navigator.clipboard !== undefined);
  };
  return (
    <Fold
      summary={
        <span class="row grow">
          <span>{say.receipt}</span>
          <code>{shorten(props.receipt)}</code>
        </span>
      }
    >
      <p class="small muted">{say.receiptText}</p>
      <p class="receipt">
        <code>{props.receipt}</code>
      </p>
      <Button kind="quiet" small onClick={() => void copy()}>
        {copied ? say.copied : say.copy}
      </Button>
    </Fold>
  );
}

export function HowTheDrawWorks(props: { dropId: string }) {
  return (
    <Fold summary={say.howDraw.summary}>
      <ol class="steps small">
        {say.howDraw.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <Button kind="link" small href={`/d/${props.dropId}/draw`}>
        {say.howDraw.verify}
      </Button>
    </Fold>
  );
}
