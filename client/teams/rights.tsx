/** Rights as words, and as a choice. */
import type { TeamRight } from '../../server/protocol/teams.ts';
import { may } from '../session.ts';
import { teamTexts as texts } from '../texts/teams.ts';
import { Notice, Tag } from '../ui/index.ts';
import '../ui/ticks.css';

const RIGHTS = Object.keys(texts.rights) as TeamRight[];

export const Rights = ({ rights }: { rights: readonly TeamRight[] }) => (
  <span class="team-rights">
    {rights.map((right) => (
      <Tag key={right}>{texts.rights[right][0]}</Tag>
    ))}
  </span>
);

/** What each of them opens, in a list. */
export const RightsInWords = ({ rights }: { rights: readonly TeamRight[] }) => (
  <ul class="team-words">
    {rights.map((right) => (
      <li key={right}>{texts.rights[right][1]}</li>
    ))}
  </ul>
);

/** Only what one may give: nobody gives a right they do not have. */
export function RightsChoice(props: {
  chosen: readonly TeamRight[];
  error?: string | undefined;
  onChange: (rights: TeamRight[]) => void;
}) {
  const turn = (right: TeamRight, on: boolean): void =>
    props.onChange(RIGHTS.filter((one) => (one === right ? on : props.chosen.includes(one))));
  return (
    <fieldset class="ticks">
      <legend>{texts.may}</legend>
      {props.error ? <Notice kind="bad">{props.error}</Notice> : null}
      {RIGHTS.filter(may).map((right) => (
        <label class="tick" key={right}>
          <input
            type="checkbox"
            name="rights"
            checked={props.chosen.includes(right)}
            onChange={(event) => turn(right, event.currentTarget.checked)}
          />
          <span>
            <b>{texts.rights[right][0]}</b> <span class="small muted">{texts.rights[right][1]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
