/** For whom whoever is logged in works: themselves, or a vendor whose team they are in. Nothing for who is in none. */
import { useId } from 'preact/hooks';
import { navigate } from '../router.ts';
import { team, workFor } from '../session.ts';
import { readTeams } from '../teams/standing.ts';
import { teamTexts as texts } from '../texts/teams.ts';
import { useLoad } from './load.ts';

export function WorkFor() {
  const id = useId();
  const { loaded } = useLoad('teams', readTeams);
  const teams = loaded.data ?? [];
  if (teams.length === 0) return null;
  return (
    <div class="work-for">
      <label class="tiny muted" for={id}>
        {texts.workFor}
      </label>
      <select
        id={id}
        value={team.value?.vendorId ?? ''}
        onChange={(event) => {
          const chosen = teams.find((one) => one.vendorId === event.currentTarget.value) ?? null;
          workFor(chosen);
          navigate(chosen ? '/vendor' : '/');
        }}
      >
        <option value="">{texts.yourself}</option>
        {teams.map((one) => (
          <option key={one.vendorId} value={one.vendorId}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}
