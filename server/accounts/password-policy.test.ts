import { expect, test } from 'vitest';
import { PASSWORD_MAX, passwordProblem } from './password-policy.ts';

const about = { email: 'rosalind.franklin@example.test', name: 'Rosalind Franklin' };

test.each([
  'Correct-horse-9-battery',
  'tr0ub4dor&3xx',
  'läuft-gut-heute',
  'seven purple kites over Bern',
  'gjwKx92mPq',
  '密码密码很长的一句话没人猜',
])('A3: accepts %s', (password) => {
  expect(passwordProblem(password, about)).toBeNull();
});

test.each([
  'short-9',
  'password123!',
  'P@ssw0rd1234',
  'Summer2026!!',
  'iloveyou1234',
  '1234567890',
  '0987654321',
  'qwertyuiop',
  'aaaaaaaaaaaa',
  'abcabcabcabc',
  '1qaz2wsx3edc',
  'welcome-welcome',
  'rosalind1920',
  'Franklin-Rosalind',
  'x'.repeat(PASSWORD_MAX + 1),
])('A3: refuses %s', (password) => {
  expect(passwordProblem(password, about)).toMatch(/\w+ .+\./);
});
