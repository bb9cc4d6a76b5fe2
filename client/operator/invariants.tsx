/** What must always be true, as green or red sentences; a red one shows the rows that break it. */
import { operatorTexts as texts } from '../texts/operator.ts';
import { Fold, formatNumber } from '../ui/index.ts';
import { byTrouble, type Invariant } from './shapes.ts';
import { Truth } from './truth.tsx';

export function Invariants({ invariants }: { invariants: readonly Invariant[] }) {
  return (
    <>
      <p class="small muted">{texts.invariantsLead}</p>
      <ul class="invariants">
        {invariants.toSorted(byTrouble).map((invariant) => (
          <Truth key={invariant.name} holds={invariant.violations === 0} sentence={invariant.sentence}>
            {invariant.violations > 0 ? <Sample invariant={invariant} /> : null}
          </Truth>
        ))}
      </ul>
    </>
  );
}

function Sample({ invariant }: { invariant: Invariant }) {
  return (
    <Fold summary={<b class="small">{texts.broken(formatNumber(invariant.violations))}</b>}>
      <p class="small">{texts.sample}</p>
      <pre class="sample">{JSON.stringify(invariant.sample, null, 2)}</pre>
    </Fold>
  );
}
