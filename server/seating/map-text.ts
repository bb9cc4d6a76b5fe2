/** A map document as text to keep in a file: one row a line, so that a difference between two maps can be read. */
import type { VenueMap } from './venue-map.ts';

const members = (value: object): string[] =>
  Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([name, inner]) => `${JSON.stringify(name)}: ${JSON.stringify(inner)}`);

const block = (indent: string, lines: string[]): string =>
  lines.map((line) => `${indent}${line}`).join(',\n');

export function mapText({ sections, ...map }: VenueMap): string {
  const texts = sections.map(({ rows, ...section }) => {
    const written = block(
      '        ',
      rows.map((row) => JSON.stringify(row)),
    );
    return `    {\n${block('      ', [...members(section), `"rows": [\n${written}\n      ]`])}\n    }`;
  });
  return `{\n${block('  ', [...members(map), `"sections": [\n${texts.join(',\n')}\n  ]`])}\n}\n`;
}
