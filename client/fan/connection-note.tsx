/** What the connection means for the fan: how long it is away, when it is tried again, what waits and what goes on. */
import { Button, formatAge, formatCountdown, Notice } from '../ui/index.ts';
import type { Freshness } from './freshness.ts';
import { say } from './messages.ts';
import type { DropViewProps } from './view-props.ts';

export function ConnectionNote(props: Pick<DropViewProps, 'freshness' | 'screen' | 'act'>) {
  const { freshness } = props;
  if (freshness.kind !== 'off') return null;
  const number = 'number' in props.screen ? props.screen.number : null;
  const next =
    freshness.nextTryMs === null
      ? say.connection.now
      : say.connection.next(formatCountdown(freshness.nextTryMs));
  return (
    <div class="stack-s">
      <Notice
        kind="turn"
        title={`${freshness.unavailable ? say.connection.unavailable : say.connection.lost(formatAge(freshness.offMs))} ${next}`}
      >
        <p>
          {number === null ? say.connection.kept : say.connection.keptNumber(number)} {say.connection.what}
        </p>
        {freshness.failedRetries > 0 ? (
          <p class="tiny muted">
            {freshness.unavailable ? `${say.connection.lost(formatAge(freshness.offMs))} ` : ''}
            {say.connection.attempts(freshness.failedRetries)}
          </p>
        ) : null}
      </Notice>
      <Button kind="quiet" small wide onClick={props.act.tryNow} disabled={freshness.nextTryMs === null}>
        {say.connection.tryNow}
      </Button>
    </div>
  );
}

/** The dot in the header. */
export function statusOf(
  freshness: Freshness,
  confirmedClock: string,
): { kind: 'live' | 'old' | 'off'; text: string } {
  switch (freshness.kind) {
    case 'live':
      return { kind: 'live', text: say.live };
    case 'old':
      return { kind: 'old', text: say.asOf(confirmedClock) };
    case 'reconnecting':
      return { kind: 'old', text: say.reconnecting };
    case 'off':
      return { kind: 'off', text: say.offline(formatAge(freshness.offMs)) };
  }
}
