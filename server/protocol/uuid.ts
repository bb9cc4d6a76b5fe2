/** The two scalars every schema is made of. */
import { Type } from 'typebox';

export const UuidSchema = Type.String({
  format: 'uuid',
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
});
export const TimeSchema = Type.String({ format: 'date-time' });
