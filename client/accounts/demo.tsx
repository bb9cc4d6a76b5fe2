/** On a demo the log-in page offers its accounts, so that a newcomer is in with two presses. */
import { api } from '../session.ts';
import { useLoad } from '../shell/load.ts';
import { accountTexts as texts } from '../texts/accounts.ts';

export interface DemoAccount {
  role: 'user' | 'vendor' | 'operator';
  email: string;
  password: string;
}

/** What `GET /status` says beside the services; absent on anything but a demo. */
interface Status {
  demo?: { accounts?: DemoAccount[] } | null;
}

export function DemoAccounts(props: { onChoose: (account: DemoAccount) => void }) {
  const { loaded } = useLoad('demo', (signal) =>
    api.request<Status>('GET', '/status', { authenticate: false, signal }),
  );
  const accounts = loaded.data?.demo?.accounts ?? [];
  if (accounts.length === 0) return null;
  return (
    <section class="demo" aria-label={texts.demoTitle}>
      <h2>{texts.demoTitle}</h2>
      <p class="small">{texts.demoText}</p>
      <ul class="demo-list">
        {accounts.map((account) => (
          <li key={account.email}>
            <button type="button" onClick={() => props.onChoose(account)}>
              <b>{texts.demoRoles[account.role]}</b>
              <code>{account.email}</code>
              <code>{account.password}</code>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
