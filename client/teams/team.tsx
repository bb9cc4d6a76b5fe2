/** A vendor's team: its people, its invitations, and what was done in the vendor's name. */
import { useState } from 'preact/hooks';
import type { NewInvitation, TeamView } from '../../server/protocol/teams.ts';
import { navigate } from '../router.ts';
import { api, team, vendorId, workFor } from '../session.ts';
import { Confirm, type Question } from '../shell/confirm.tsx';
import { useLoad } from '../shell/load.ts';
import { Failed, PageLoading, useTitle } from '../shell/states.tsx';
import { teamTexts as texts } from '../texts/teams.ts';
import { Button, Notice } from '../ui/index.ts';
import { Acts } from './acts.tsx';
import { InviteForm } from './invite-form.tsx';
import { Invitations, leaving, Members } from './people.tsx';
import './teams.css';

export default function Team() {
  useTitle(texts.title);
  const { loaded, reload } = useLoad(`team ${vendorId.value}`, (signal) =>
    api.request<TeamView>('GET', `/vendors/${vendorId.value}/team`, { signal }),
  );
  const [sent, setSent] = useState<NewInvitation | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const [goes, setGoes] = useState(false);
  if (loaded.state === 'loading') return <PageLoading />;
  if (!loaded.data)
    return (
      <div class="page">
        <Failed error={loaded.error} onRetry={reload} />
      </div>
    );
  return (
    <div class="page team-page">
      <div class="page-head">
        <div>
          <h1>{texts.title}</h1>
          <p>{team.value ? texts.workingFor(team.value.name) : texts.lead}</p>
        </div>
        {team.value ? (
          <Button
            kind="quiet"
            small
            onClick={() => {
              setGoes(true);
              setQuestion(leaving());
            }}
          >
            {texts.leaveTeam}
          </Button>
        ) : null}
      </div>
      <div class="stack">
        <div role="status">{sent ? <Sent invitation={sent} /> : null}</div>
        <Members members={loaded.data.members} ask={setQuestion} onChange={reload} />
        <Invitations invitations={loaded.data.invitations} ask={setQuestion} />
        <InviteForm
          onSent={(invitation) => {
            setSent(invitation);
            reload();
          }}
        />
        <Acts />
      </div>
      <Confirm
        question={question}
        onClose={() => {
          setGoes(false);
          setQuestion(null);
        }}
        onDone={() => {
          setQuestion(null);
          setSent(null);
          if (!goes) return reload();
          workFor(null);
          navigate('/');
        }}
      />
    </div>
  );
}

function Sent({ invitation }: { invitation: NewInvitation }) {
  return (
    <Notice kind="good">
      <div class="stack-s">
        <span>{texts.sent(invitation.email)}</span>
        <code class="team-link">{invitation.link}</code>
      </div>
    </Notice>
  );
}
