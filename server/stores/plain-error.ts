/** An error that a person can act on: said without a stack, with its remedy. `main.ts` prints it and ends. */
export class PlainError extends Error {
  readonly remedy: string;
  constructor(problem: string, remedy: string) {
    super(`${problem}\n  ${remedy}`);
    this.name = 'PlainError';
    this.remedy = remedy;
  }
}
