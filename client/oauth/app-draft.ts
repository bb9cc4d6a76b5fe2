/** A registration as it is written, checked before it is sent. */
import { oauthTexts as texts } from '../texts/oauth.ts';

export interface AppDraft {
  name: string;
  /** One address per line. */
  redirects: string;
  scopes: readonly string[];
  keepsSecret: boolean;
}

export const APP_FIELDS = ['name', 'redirects', 'scopes'] as const;
export type AppField = (typeof APP_FIELDS)[number];

export const NEW_APP: AppDraft = { name: '', redirects: '', scopes: ['openid'], keepsSecret: true };

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export function checkApp({ name, redirects, scopes }: AppDraft): Partial<Record<AppField, string>> {
  return {
    ...(name.trim() === '' ? { name: texts.nameMissing } : {}),
    ...(lines(redirects).length === 0 ? { redirects: texts.redirectsMissing } : {}),
    ...(scopes.length === 0 ? { scopes: texts.wantsMissing } : {}),
  };
}

/** What the API takes. */
export const bodyOf = ({ name, redirects, scopes, keepsSecret }: AppDraft) => ({
  name: name.trim(),
  redirectUris: lines(redirects),
  scopes,
  kind: keepsSecret ? 'confidential' : 'public',
});
