/** One's own account and the pages that links in mails lead to, in one piece: the table of pages, which everybody loads, stays short. */
export { default as Forgot } from '../accounts/forgot.tsx';
export { default as Reset } from '../accounts/reset.tsx';
export { default as VerifyEmail } from '../accounts/verify-email.tsx';
export { default as Apps } from '../oauth/apps.tsx';
export { default as Consent } from '../oauth/consent.tsx';
export { default as Problem } from '../oauth/problem.tsx';
export { default as Points } from '../points/points.tsx';
export { default as NoSuggestions } from '../push/off.tsx';
export { default as JoinTeam } from '../teams/join.tsx';
export { default as Team } from '../teams/team.tsx';
export { default as Profile } from './index.tsx';
