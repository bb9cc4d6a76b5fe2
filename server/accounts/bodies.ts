/** What several routes take in their bodies. */
import { Type } from 'typebox';
import { PASSWORD_MAX } from './password-policy.ts';

// Deliberately loose: the one proof of an address is a mail that arrives there.
export const EmailSchema = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern: '^\\s*[^\\s@]+@[^\\s@]+\\.[^\\s@]+\\s*$',
});
export const PasswordSchema = Type.String({ minLength: 1, maxLength: PASSWORD_MAX });
/** How long it must be is told in a sentence, by the policy. */
export const NewPasswordSchema = PasswordSchema;
