/** What must always be true, as green or red sentences; a red one shows the rows that break it. */
import { operatorTexts as texts } from '../texts/operator.ts';
import { classes, Fold, formatNumber } from '../ui/index.ts';
import { byTrouble, type Invariant } from './shapes.ts';

export function Invariants({ invariants }: { invariants: readonly Invariant[] }) {
  return (
    <>
      <p class="small muted">{texts.invariantsLead}</p>
      <ul class="invariants">
        {invariants.toSorted(byTrouble).map((invariant) => (
          <Sentence invariant={invariant} key={invariant.name} />
        ))}
      </ul>
    </>
  );
}

function Sentence({ invariant }: { invariant: Invariant }) {
  const broken = invariant.violations > 0;
  return (
    <li class={classes('invariant', broken ? 'broken' : 'whole')}>
      <svg
        viewBox="0 0 16 16"
        width="16"
        height="16"
        fill="none"
        stroke="currentColor"
        stroke-width="2.2"
        aria-hidden="true"
      >
        {broken ? <path d="M4 4l8 8M12 4l-8 8" /> : <path d="M3 8.5l3.5 3.5L13 4.5" />}
      </svg>
      <div class="grow">
        <p>
          {invariant.sentence}
          <span class="sr"> {broken ? texts.broken(formatNumber(invariant.violations)) : texts.holds}</span>
        </p>
        {broken ? (
          <Fold summary={<b class="small">{texts.broken(formatNumber(invariant.violations))}</b>}>
            <p class="small">{texts.sample}</p>
            <pre class="sample">{JSON.stringify(invariant.sample, null, 2)}</pre>
          </Fold>
        ) : null}
      </div>
    </li>
  );
}
