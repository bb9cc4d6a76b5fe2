/** Structured logs (pino). Secrets are redacted by path, whatever object they ride on. */
import { type Logger, pino } from 'pino';

export type { Logger };

const SECRET_PATHS = [
  'password',
  '*.password',
  'token',
  '*.token',
  'accessToken',
  '*.accessToken',
  'refreshToken',
  '*.refreshToken',
  'secret',
  '*.secret',
  'card',
  '*.card',
  'req.headers.authorization',
  'req.headers.cookie',
  'headers.authorization',
  'headers.cookie',
  'res.headers["set-cookie"]',
];

export function createLog(level: string, role: string): Logger {
  return pino({ level, base: { role }, redact: { paths: SECRET_PATHS, censor: '[redacted]' } });
}
