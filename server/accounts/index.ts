export { type Accounts, type AccountsDeps, createAccounts, type SignedIn } from './accounts.ts';
export { EmailSchema } from './bodies.ts';
export type { Cookies, CookieTokens } from './cookies.ts';
export { createHasher, type Hasher } from './hasher.ts';
export type { Letters } from './letters.ts';
export type { EnsuredOperator } from './operator.ts';
export { PASSWORD_MIN } from './password-policy.ts';
export { accountRoutes, accountRoutes as routes } from './routes.ts';
export { UserView } from './view.ts';
