/** When it is over, one way or another: what happened, why, and the next best thing. */
import { Button } from '../ui/index.ts';
import { JoinButton } from './before.tsx';
import { Plain } from './hero.tsx';
import { say } from './messages.ts';
import type { Screen } from './screen.ts';
import type { DropViewProps } from './view-props.ts';

type OverName = 'missed' | 'left' | 'done' | 'ended' | 'canceled' | 'missing';
type OverScreen = Extract<Screen, { name: OverName }>;

const SENTENCES: Record<OverName, (screen: OverScreen) => { title: string; text: string; join?: string }> = {
  missed: (screen) => ({
    title: say.missed.title,
    text: canJoin(screen) ? say.missed.text : say.missed.closed,
    join: say.missed.join,
  }),
  left: (screen) => ({
    title: say.left.title,
    text: canJoin(screen) ? say.left.text : say.left.closed,
    join: say.left.join,
  }),
  done: () => ({ title: say.finished.title, text: say.finished.text, join: say.finished.join }),
  ended: () => say.ended,
  canceled: () => say.canceled,
  missing: () => say.missing,
};

const canJoin = (screen: OverScreen): boolean => 'canJoin' in screen && screen.canJoin;

export function Over(props: DropViewProps & { screen: OverScreen }) {
  const { screen } = props;
  const { title, text, join } = SENTENCES[screen.name](screen);
  const mine = screen.name === 'ended' || screen.name === 'canceled';
  return (
    <Plain title={title} text={text}>
      {join && canJoin(screen) ? <JoinButton {...props} anonymous={false} label={join} /> : null}
      <Button wide kind={join && canJoin(screen) ? 'quiet' : 'primary'} href="/">
        {say.seeEvents}
      </Button>
      {mine ? (
        <Button wide kind="quiet" href="/my/tickets">
          {say.myTickets}
        </Button>
      ) : null}
    </Plain>
  );
}
