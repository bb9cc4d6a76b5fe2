import { expect, test } from 'vitest';
import { ApiError } from '../api.ts';
import { placeError } from './form.ts';

test('U215: a refusal stands beside the field it names, else above the form', () => {
  const fields = ['email', 'password', 'name'] as const;
  const invalid = new ApiError('INVALID_REQUEST', 400, 'Too common.', { field: '/password' });
  expect(placeError(invalid, fields)).toEqual({ fields: { password: 'Too common.' }, form: null });
  const taken = new ApiError('EMAIL_TAKEN', 409, 'Taken.');
  expect(placeError(taken, fields)).toEqual({ fields: { email: 'Taken.' }, form: null });
  const wrong = new ApiError('INVALID_CREDENTIALS', 401, 'Not right.');
  expect(placeError(wrong, fields)).toEqual({ fields: {}, form: 'Not right.' });
  expect(() => placeError(new TypeError('a bug'), fields)).toThrow('a bug');
});
