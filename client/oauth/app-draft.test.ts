import { expect, test } from 'vitest';
import { bodyOf, checkApp, NEW_APP } from './app-draft.ts';

test('U275: an app’s registration is checked before it is sent, and sent as the API takes it', () => {
  expect(Object.keys(checkApp({ ...NEW_APP, scopes: [] }))).toEqual(['name', 'redirects', 'scopes']);
  const draft = {
    ...NEW_APP,
    name: ' Calendar ',
    redirects: ' https://a.example/ \n\n http://127.0.0.1:1/x',
    keepsSecret: false,
  };
  expect(checkApp(draft)).toEqual({});
  expect(bodyOf(draft)).toEqual({
    name: 'Calendar',
    redirectUris: ['https://a.example/', 'http://127.0.0.1:1/x'],
    scopes: ['openid'],
    kind: 'public',
  });
});
