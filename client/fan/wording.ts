/** From a screen to its sentences: the page's title, what a screen reader hears, and how an ETA is said. */
import { formatCountdown, speakDuration } from '../ui/index.ts';
import type { Eta } from './eta.ts';
import { say } from './messages.ts';
import type { TierOdds } from './odds.ts';
import type { Screen } from './screen.ts';

const hours = (minutes: number): string => {
  const rounded = Math.round(minutes / 15) * 15;
  const [h, m] = [Math.floor(rounded / 60), rounded % 60];
  return m === 0 ? `${h} h` : `${h} h ${m} min`;
};

export function etaSentence(eta: Eta): string {
  switch (eta.kind) {
    case 'soon':
      return say.eta.soon;
    case 'interval':
      return eta.highMinutes > 120
        ? say.eta.hours(hours(eta.lowMinutes), hours(eta.highMinutes))
        : say.eta.interval(eta.lowMinutes, eta.highMinutes);
    case 'stalled':
      return say.eta.stalled;
    case 'unknown':
      return say.eta.unknown;
  }
}

/** The tab's title: the one fact a fan wants to see from another tab. */
export function titleOf(screen: Screen, event: string): string {
  switch (screen.name) {
    case 'scheduled':
    case 'doors':
    case 'lobby':
      return say.title.countdown(formatCountdown(screen.opensInMs), event);
    case 'number':
      return say.title.number(screen.number, event);
    case 'waiting':
      return say.title.ahead(screen.ahead, event);
    case 'called':
      return say.title.called(formatCountdown(screen.leftMs));
    case 'turn':
      return screen.leftMs === null
        ? say.title.plain(event)
        : say.title.turn(formatCountdown(screen.leftMs), event);
    case 'hold':
      return say.title.hold(formatCountdown(screen.soonestMs), event);
    case 'paying':
    case 'step':
      return say.title.paying(event);
    case 'tickets':
      return say.title.tickets(event);
    case 'paused':
      return say.title.paused(event);
    default:
      return say.title.plain(event);
  }
}

/** What changes of itself is spoken now and then; what one must know at once, at once. */
export interface Spoken {
  text: string;
  urgent: boolean;
}

export function spokenOf(screen: Screen): Spoken | null {
  const calm = (text: string): Spoken => ({ text, urgent: false });
  const now = (text: string): Spoken => ({ text, urgent: true });
  switch (screen.name) {
    case 'lobby':
    case 'doors':
      return calm(say.announce.lobby(speakDuration(screen.opensInMs)));
    case 'drawing':
      return calm(say.drawing.title);
    case 'number':
      return now(`${say.number.title(screen.number, screen.last)} ${say.number.ahead(screen.ahead)}`);
    case 'waiting':
      return calm(say.announce.ahead(screen.ahead, etaSentence(screen.eta)));
    case 'called':
      return now(`${say.called.title} ${say.called.eyebrow} ${speakDuration(screen.leftMs)}.`);
    case 'late':
      return now(say.late.title);
    case 'turn':
      return screen.leftMs === null
        ? null
        : now(`${say.turn.title}. ${say.announce.left(speakDuration(screen.leftMs), say.announce.toChoose)}`);
    case 'hold':
      return now(
        say.hold.title(
          screen.holds.reduce((sum, { hold }) => sum + hold.items.reduce((s, i) => s + i.quantity, 0), 0),
        ),
      );
    case 'paying':
      return now(screen.committed ? say.paying.committed : say.paying.title);
    case 'step':
      return now(say.step.title);
    case 'tickets':
      return now(say.done.title);
    case 'paused':
      return now(
        `${screen.reason ? say.paused.title(screen.reason) : say.paused.plain} ${screen.joined ? say.paused.kept : ''}`,
      );
    case 'sold_out':
      return now(say.soldOut.title);
    case 'missed':
      return now(say.missed.title);
    case 'ended':
      return now(say.ended.title);
    case 'canceled':
      return now(say.canceled.title);
    default:
      return null;
  }
}

/** "Floor will probably be gone before your turn; Balcony likely available." Empty when there is nothing to say. */
export function oddsSentence(odds: readonly TierOdds[], nameOf: (tierId: string) => string): string {
  const names = (verdicts: readonly TierOdds['verdict'][]): string =>
    list(odds.filter((o) => verdicts.includes(o.verdict)).map((o) => nameOf(o.tierId)));
  const gone = names(['unlikely']);
  const likely = names(['likely']);
  if (gone && likely) return say.odds.sentence.goneLikely(gone, likely);
  if (gone) return say.odds.sentence.gone(gone);
  return likely ? say.odds.sentence.likely(likely) : '';
}

function list(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function oddsTag(
  odds: TierOdds,
  now: number,
): { kind: 'good' | 'warn' | 'bad' | 'plain'; text: string } {
  switch (odds.verdict) {
    case 'likely':
      return { kind: 'good', text: say.odds.likely };
    case 'maybe':
      return { kind: 'warn', text: say.odds.maybe };
    case 'unlikely':
      return {
        kind: 'warn',
        text:
          odds.goneAt === null ? say.odds.unlikely : say.odds.goneIn(Math.ceil((odds.goneAt - now) / 60_000)),
      };
    case 'gone':
      return { kind: 'bad', text: say.odds.gone };
    case 'unknown':
      return { kind: 'plain', text: say.odds.unknown };
  }
}

export function whySentence(odds: TierOdds): string {
  if (!odds.why) return '';
  return odds.why.kind === 'pace' ? say.odds.why.pace : say.odds.why[odds.why.kind](odds.why.count);
}
