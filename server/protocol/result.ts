/** Refusals are values, surprises are errors: what a caller may expect to go wrong comes back as a `Result`. */
import type { ErrorCode } from './errors.ts';

export interface Refusal {
  code: ErrorCode;
  /** Overrides the catalogue's sentence when there is something more exact to say. */
  message?: string;
  details?: Record<string, unknown>;
}

export type Result<T> = { ok: true; value: T } | { ok: false; error: Refusal };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const refuse = (
  code: ErrorCode,
  details?: Record<string, unknown>,
  message?: string,
): { ok: false; error: Refusal } => ({
  ok: false,
  error: { code, ...(message ? { message } : {}), ...(details ? { details } : {}) },
});

/** For code paths (HTTP hooks) where a refusal has to travel as an exception. */
export class RefusalError extends Error {
  readonly refusal: Refusal;
  constructor(code: ErrorCode, details?: Record<string, unknown>, message?: string) {
    super(message ?? code);
    this.refusal = refuse(code, details, message).error;
  }
}
