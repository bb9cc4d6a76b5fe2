/** Words of the account's menu. */
import { shellTexts } from './shell.ts';

export const menuTexts = {
  account: shellTexts.account,
  myTickets: shellTexts.myTickets,
  theme: shellTexts.theme,
  myOrders: shellTexts.myOrders,
  logOut: 'Log out',
  loggingOut: 'Logging out…',
  myPoints: 'My points',
  myCards: 'Saved cards',
  mailbox: 'Mailbox',
  profile: 'Your account',
  vendorEvents: 'My events',
  vendorNew: 'New event',
  operator: 'Operations',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  team: 'Team',
} as const;
