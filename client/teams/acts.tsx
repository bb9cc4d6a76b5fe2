/** What members changed in the vendor's name. */
import type { TeamAct } from '../../server/protocol/teams.ts';
import { vendorId } from '../session.ts';
import { More, usePaged } from '../shell/paged.tsx';
import { Failed, Lines } from '../shell/states.tsx';
import { teamTexts as texts } from '../texts/teams.ts';
import { Card, formatDateTime, ownZone } from '../ui/index.ts';

export function Acts() {
  const acts = usePaged<TeamAct>(`/vendors/${vendorId.value}/team/acts`);
  const { loaded, reload } = acts;
  return (
    <Card title={texts.acts}>
      {loaded.state === 'loading' ? <Lines widths={['80%', '60%']} /> : null}
      {loaded.data === null && loaded.error ? (
        <Failed level={2} error={loaded.error} onRetry={reload} />
      ) : null}
      {loaded.data?.items.length === 0 ? <p class="muted">{texts.noActs}</p> : null}
      {loaded.data && loaded.data.items.length > 0 ? <Table acts={loaded.data.items} /> : null}
      <More of={acts} />
    </Card>
  );
}

function Table({ acts }: { acts: readonly TeamAct[] }) {
  return (
    <table class="team-acts">
      <caption class="sr">{texts.actsCaption}</caption>
      <thead>
        <tr>
          <th scope="col">{texts.columns.when}</th>
          <th scope="col">{texts.columns.who}</th>
          <th scope="col">{texts.columns.what}</th>
          <th scope="col">{texts.columns.outcome}</th>
        </tr>
      </thead>
      <tbody>
        {acts.map((act) => (
          <tr key={act.id}>
            <td class="num">{formatDateTime(act.at, ownZone())}</td>
            <td>{act.name ?? texts.gone}</td>
            <td class="what">
              <code>
                {act.method} {act.path}
              </code>
            </td>
            <td>{outcome(act.status)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function outcome(status: number | null): string {
  if (status === null) return texts.open;
  if (status < 400) return texts.done;
  return status < 500 ? texts.refused(status) : texts.failed(status);
}
