import { lineBars } from './line-graphic.ts';
import { say } from './messages.ts';

/** The line, shortening: served to the left, me upright among the others. */
export function Line(props: { number: number; ahead: number; last: number }) {
  const bars = lineBars(props.number, props.ahead, props.last);
  const me = bars.findIndex((bar) => bar.kind === 'me');
  return (
    <figure class="line" role="img" aria-label={say.line(props.ahead, props.number, props.last)}>
      <div class="line-bars" aria-hidden="true">
        {bars.map((bar, index) => (
          <i key={index} class={bar.kind} style={{ height: `${Math.round(bar.height * 100)}%` }} />
        ))}
      </div>
      <div class="line-labels" aria-hidden="true">
        <span>{me > 8 ? say.lineFront : ''} </span>
        <span class="line-you" style={{ left: `${((me + 0.5) / bars.length) * 100}%` }}>
          {say.lineYou}
        </span>
      </div>
    </figure>
  );
}
