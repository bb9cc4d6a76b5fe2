import { expect, test } from 'vitest';
import { redirectUriProblem } from './redirect-uri.ts';

test.each([
  ['https://app.example/callback', true],
  ['https://app.example/callback?from=holdfast', true],
  ['https://app.example', true],
  ['http://127.0.0.1:8765/callback', true],
  ['http://[::1]:8765/callback', true],
  ['http://localhost/callback', true],
  ['http://app.example/callback', false],
  ['http://localhost.evil.example/callback', false],
  ['http://127.0.0.1.evil.example/', false],
  ['https://app.example/callback#part', false],
  ['https://app.example/callback#', false],
  ['https://user:word@app.example/', false],
  ['https://*.example/callback', false],
  ['https://app.example/a/../callback', false],
  ['https://APP.example/callback', false],
  ['https://app.example:443/callback', false],
  ['javascript:alert(1)', false],
  ['data:text/html,hello', false],
  ['app.example/callback', false],
  ['com.example.app:/callback', false],
])('Z3: an address to come back to: %s is one: %s', (uri, good) => {
  expect(redirectUriProblem(uri) === null, String(redirectUriProblem(uri))).toBe(good);
});
