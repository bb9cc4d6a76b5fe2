/** Every word of mails about an account's own affairs. */
import type { AccountMailKind } from './mail.ts';

export interface AccountWords {
  subject: string;
  heading: string;
  paragraphs: (detail: string) => string[];
  /** Of the link, where there is one. */
  action?: string;
  /** Why somebody gets this mail. */
  why: string;
}

const OWN_ACCOUNT =
  'You get this mail because it is about your Holdfast account. It was sent by a machine; nobody reads answers to it.';
const NOT_YOU =
  'If it was not you, set a new password at once (“Forgot your password?” on the log-in page): that logs everybody else out.';

export const ACCOUNT_WORDS: Record<AccountMailKind, AccountWords> = {
  verify_email: {
    subject: 'Confirm your e-mail address',
    heading: 'Is this your address?',
    paragraphs: () => [
      'an account was made with this address. Confirm that it is yours, so that it can be found again if the password is lost. The link is good for a day.',
      'If it was not you, do nothing: without you nobody can confirm it.',
    ],
    action: 'Confirm this address',
    why: 'You get this mail because somebody made an account with this address. It was sent by a machine; nobody reads answers to it.',
  },
  change_email: {
    subject: 'Confirm your new e-mail address',
    heading: 'Is this your new address?',
    paragraphs: () => [
      'somebody, we hope you, wants to use this address for their Holdfast account. It is used from when you confirm it. The link is good for a day.',
      'If it was not you, do nothing.',
    ],
    action: 'Use this address',
    why: 'You get this mail because somebody gave this address for their account. It was sent by a machine; nobody reads answers to it.',
  },
  email_changing: {
    subject: 'Your e-mail address is about to change',
    heading: 'A new address for your account.',
    paragraphs: (address) => [
      `your account asked to use ${address} from now on. Until that address is confirmed, nothing changes.`,
      NOT_YOU,
    ],
    why: OWN_ACCOUNT,
  },
  email_changed: {
    subject: 'Your e-mail address has changed',
    heading: 'Your account has a new address.',
    paragraphs: (address) => [
      `from now on your account is at ${address}, and our mails go there. This is the last one to this address.`,
      'If it was not you, get in touch with whoever runs this house.',
    ],
    why: OWN_ACCOUNT,
  },
  reset_password: {
    subject: 'Set a new password',
    heading: 'Set a new password.',
    paragraphs: () => [
      'somebody, we hope you, has forgotten the password of this account. The link sets a new one; it is good once, for half an hour. Everybody who is logged in will be logged out.',
      'If it was not you, do nothing: the password stays as it is.',
    ],
    action: 'Set a new password',
    why: OWN_ACCOUNT,
  },
  password_changed: {
    subject: 'Your password was changed',
    heading: 'Your password was changed.',
    paragraphs: () => ['your account has a new password, and other devices were logged out.', NOT_YOU],
    why: OWN_ACCOUNT,
  },
  passkey_added: {
    subject: 'A passkey was added to your account',
    heading: 'A new passkey.',
    paragraphs: (name) => [`the passkey “${name}” can log in to your account from now on.`, NOT_YOU],
    why: OWN_ACCOUNT,
  },
  passkey_frozen: {
    subject: 'A passkey was blocked',
    heading: 'A passkey was blocked.',
    paragraphs: (name) => [
      `the passkey “${name}” was used in a way that suggests that a copy of it exists. It opens your account no more: remove it on your profile, and add a new one.`,
      'Your password and other passkeys work as before.',
    ],
    why: OWN_ACCOUNT,
  },
  team_invitation: {
    subject: 'You are invited to a team',
    heading: 'Join a team.',
    paragraphs: (vendor) => [
      `${vendor} invites you to work with them on their events. Follow the link, log in or make an account, and see what you would be allowed to do. The link is good once, for a week.`,
      'If you do not know who that is, do nothing.',
    ],
    action: 'See the invitation',
    why: 'You get this mail because somebody gave this address for an invitation. It was sent by a machine; nobody reads answers to it.',
  },
  team_joined: {
    subject: 'Somebody joined your team',
    heading: 'Your team has grown.',
    paragraphs: (who) => [
      `${who} joined your team and may work in your name, as far as your invitation said.`,
      'If that is not right, remove them on your page “Team” at once.',
    ],
    why: OWN_ACCOUNT,
  },
};

/** Whoever reads a mail here, and not in its mailbox, has not shown that the mailbox is theirs. */
export const LINK_WITHHELD = 'The link is in the mail itself only.';
export const LINK_BELOW = 'If the button does nothing, copy this address into your browser:';
/** To an address that nobody has proven: no name, which whoever typed it could have made a message of. */
export const PLAIN_GREETING = 'Hello,';
