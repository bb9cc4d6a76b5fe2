/** The code that opens what is in presale: the same field, and the same member of a hold, as a guest list's. */
import { seatTexts } from '../texts/seats.ts';
import { Field } from '../ui/field.tsx';
import { formatDateTime } from '../ui/index.ts';
import { shop } from './messages-shop.ts';
import type { DropViewProps } from './view-props.ts';

const ABOUT_CODES = ['CODE_REQUIRED', 'CODE_NOT_VALID', 'CODE_USED_UP'];

/** Whether a refusal is said beside the code: then it is not said again above the button. */
export const isAboutCode = (problem: DropViewProps['problem']): boolean =>
  problem?.at === 'board' && ABOUT_CODES.includes(problem.refusal?.code ?? '');

export function PresaleCode(props: DropViewProps) {
  const { drop, wishes, problem } = props;
  const tiers = (drop?.tiers ?? []).filter(
    ({ presaleUntil }) => presaleUntil && Date.parse(presaleUntil) > props.now,
  );
  const refused = isAboutCode(problem);
  if (tiers.length === 0 && !refused) return null;
  const last = tiers
    .map(({ presaleUntil }) => presaleUntil ?? '')
    .sort()
    .at(-1);
  const zone = props.event?.venue.timeZone ?? 'UTC';
  return (
    <section class="card stack-s presale" aria-label={shop.presale.title}>
      {last ? (
        <p class="small muted">
          {shop.presale.text(tiers.map(({ name }) => name).join(', '), formatDateTime(last, zone))}
        </p>
      ) : null}
      <Field
        label={seatTexts.wishes.code}
        hint={seatTexts.wishes.codeHint}
        name="code"
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        maxLength={64}
        error={refused ? problem?.text : null}
        value={wishes.code}
        onValue={(code) => props.act.setSeatWishes({ ...wishes, code })}
      />
    </section>
  );
}
