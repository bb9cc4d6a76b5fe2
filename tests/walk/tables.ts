/** The rows of the first table under a heading of a Markdown page, cell by cell, without its head. */
export function tableUnder(page: string, heading: string): string[][] {
  const part = page.split(/^## /m).find((section) => section.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`no section ${heading}`);
  return part
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}
