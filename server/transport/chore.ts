/** What a slice has the worker do now and then; a failure is logged, and the next turn tries again. */
export interface Chore {
  name: string;
  everyMs: number;
  /** By one worker at a time (economy only: doing it twice must do no harm); default: by each. */
  shared?: boolean;
  /** `done` is counted under the name; `more`: again at once. */
  work(): Promise<{ done: number; more?: boolean }>;
}
