/** What is wrong with a map document: where, as a JSON pointer, and what, in words. */
export interface MapProblem {
  /** JSON pointer into the document: `/sections/2/rows/5/seats/13`. */
  at: string;
  message: string;
}

/** More than these help nobody, and a broken document could have a million. */
export const PROBLEMS_MAX = 100;

/** Gathers the first problems, and says when that is enough. */
export interface Problems {
  readonly found: readonly MapProblem[];
  readonly isFull: boolean;
  add(at: string, message: string): void;
}

export function gatherProblems(): Problems {
  const found: MapProblem[] = [];
  return {
    found,
    get isFull() {
      return found.length >= PROBLEMS_MAX;
    },
    add(at, message) {
      if (found.length < PROBLEMS_MAX) found.push({ at, message });
    },
  };
}

/** "sections/2/rows/5/seats/13: label 12 is there twice in row F of Balcony" */
export const inWords = ({ at, message }: MapProblem): string =>
  `${at.slice(1) || 'the document'}: ${message}`;
