/** An error that a person can act on: said without a stack, with its remedy. `main.ts` prints it and ends. */
export class PlainError extends Error {
  readonly remedy: string;
  constructor(problem: string, remedy: string, cause?: unknown) {
    super(`${problem}\n  ${remedy}`, cause === undefined ? undefined : { cause });
    this.name = 'PlainError';
    this.remedy = remedy;
  }
}

/** The machine's everyday refusals in a person's words; any other error comes back as it is. */
export function plainly(err: unknown, doing: string): unknown {
  const { code, port, path } = err as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return new PlainError(
      `Port ${port} is in use by another program (${doing}).`,
      'Stop that program, or choose other ports: PORT=3010 SOCKET_PORT=3011 npm start',
      err,
    );
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new PlainError(
      `The disk is full (${doing}).`,
      'Free some space and start again: nothing is lost.',
      err,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new PlainError(
      `No permission${path ? ` for ${path}` : ''} (${doing}).`,
      'Run as the user that owns it, or set HOLDFAST_DATA to a folder of your own.',
      err,
    );
  return err;
}
