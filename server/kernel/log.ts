/** Structured logs (pino). Secrets are redacted by path, whatever object they ride on. */
import { type DestinationStream, type Logger, pino } from 'pino';

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

/** `destination` defaults to standard output. */
export function createLog(level: string, role: string, destination?: DestinationStream): Logger {
  const options = { level, base: { role }, redact: { paths: SECRET_PATHS, censor: '[redacted]' } };
  return destination ? pino(options, destination) : pino(options);
}
