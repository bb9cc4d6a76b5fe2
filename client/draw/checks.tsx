/** Checks as a list: a mark, what was checked, and the figures behind it. */
import { useEffect, useState } from 'preact/hooks';
import type { Check } from '../../server/protocol/draw-verify.ts';
import { drawTexts as texts } from '../texts/draw.ts';
import { classes } from '../ui/index.ts';

const STEP_MS = 260;

/** How many of them are on show: one after the other, so that the eye can follow; all at once for who wants calm. */
function useReveal(count: number): number {
  const [shown, setShown] = useState(0);
  useEffect(() => {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      setShown(count);
      return;
    }
    setShown(0);
    const timer = setInterval(() => setShown((before) => Math.min(count, before + 1)), STEP_MS);
    return () => clearInterval(timer);
  }, [count]);
  return shown;
}

export function Checks({ checks }: { checks: readonly Check[] }) {
  const shown = useReveal(checks.length);
  return (
    <ol class="checks">
      {checks.map((check, index) => (
        <li
          key={check.name}
          class={classes('check-row', index >= shown && 'to-come', check.passed === false && 'failed')}
        >
          <Mark passed={check.passed} />
          <div class="grow">
            <p class="strong">
              {check.title}
              <span class="sr">
                : {check.passed === null ? texts.open : check.passed ? texts.passed : texts.failed}
              </span>
            </p>
            <p class="check-detail">{check.detail}</p>
          </div>
        </li>
      ))}
    </ol>
  );
}

function Mark({ passed }: { passed: boolean | null }) {
  const kind = passed === null ? 'open' : passed ? 'good' : 'bad';
  return (
    <span class={classes('check-mark', kind)}>
      <svg
        aria-hidden="true"
        viewBox="0 0 16 16"
        width="16"
        height="16"
        fill="none"
        stroke="currentColor"
        stroke-width="2.4"
      >
        {passed === null ? (
          <path d="M4 8h8" />
        ) : passed ? (
          <path d="M3 8.5l3.5 3.5L13 4.5" />
        ) : (
          <path d="M4 4l8 8M12 4l-8 8" />
        )}
      </svg>
    </span>
  );
}
