/** The demo's accounts. Their passwords are public on purpose: this is what a newcomer logs in with. */
import type { Accounts } from '../accounts/index.ts';
import type { Role } from '../protocol/index.ts';

export interface DemoAccount {
  role: Role;
  email: string;
  password: string;
  name: string;
}

export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { role: 'user', email: 'fan@demo.holdfast', password: 'lantern-parade-2am', name: 'Robin Marsh' },
  { role: 'vendor', email: 'vendor@demo.holdfast', password: 'brass-and-velvet-7', name: 'Harbour Hall' },
  { role: 'operator', email: 'operator@demo.holdfast', password: 'night-shift-kettle', name: 'Night shift' },
];

/** Makes those that are missing. @throws Error when one is refused for another reason than being there already. */
export async function seedAccounts(accounts: Pick<Accounts, 'register'>): Promise<void> {
  for (const account of DEMO_ACCOUNTS) {
    const made = await accounts.register(account);
    if (!made.ok && made.error.code !== 'EMAIL_TAKEN')
      throw new Error(`demo account ${account.email}: ${made.error.message ?? made.error.code}`);
  }
}
