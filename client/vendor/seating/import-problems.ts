/**
 * A map file that was refused: each problem by the seat it is at, as its vendor calls it. The server says a JSON pointer and
 * a sentence; what the pointer means stands in the file. Pure, and careful: the file may be anything.
 */
import { vendorSeatTexts as texts } from '../../texts/vendor-seats.ts';

export interface ShownProblem {
  /** "Stalls, row F, seat 12"; the whole map where it is at no part of it. */
  where: string;
  message: string;
}

type Parts = Record<string, unknown>;

const isParts = (value: unknown): value is Parts => typeof value === 'object' && value !== null;

const child = (value: unknown, key: string): unknown => (isParts(value) ? value[key] : undefined);

function labelOf(part: unknown, otherwise: string): string {
  const label = child(part, 'label') ?? child(part, 'key');
  return typeof label === 'string' && label.trim() ? label : otherwise;
}

/** What the steps of a pointer go through: the section, the row and the seat, as far as it reaches. */
export function placeIn(document: unknown, pointer: string): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const names: string[] = [];
  let part = document;
  for (const [index, step] of steps.entries()) {
    part = child(part, step);
    const kind = steps[index - 1];
    const number = Number(step) + 1;
    if (!Number.isInteger(number)) continue;
    if (kind === 'sections') names.push(labelOf(part, texts.import.section(number)));
    else if (kind === 'standing') names.push(labelOf(part, texts.import.area(number)));
    else if (kind === 'rows') names.push(texts.import.row(labelOf(part, texts.import.nth(number))));
    else if (kind === 'seats') names.push(texts.import.seat(labelOf(part, texts.import.nth(number))));
  }
  return names.length > 0 ? names.join(', ') : texts.import.whole;
}

/** The problems of a refusal's details; none, if it names none. */
export function problemsOf(document: unknown, details: Record<string, unknown>): ShownProblem[] {
  const { problems } = details;
  if (!Array.isArray(problems)) return [];
  return problems.flatMap((problem: unknown) => {
    const [at, message] = [child(problem, 'at'), child(problem, 'message')];
    return typeof at === 'string' && typeof message === 'string'
      ? [{ where: placeIn(document, at), message }]
      : [];
  });
}

/** What a file says, if it is JSON at all. */
export function readDocument(text: string): { document: unknown } | null {
  try {
    return { document: JSON.parse(text) as unknown };
  } catch {
    // Not JSON: the vendor is told so, and nothing is sent.
    return null;
  }
}
