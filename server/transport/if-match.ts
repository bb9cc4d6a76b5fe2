/** `If-Match` as every slice reads it: the tag begins with the version its editor has read. */
const tagsOf = (header: string): string[] => header.split(',').map((tag) => tag.trim());

/** Absent and `*` match anything; otherwise a tag must name this version (`"3"`, or `"3-<digest>"`). */
export function matchesVersion(header: string | undefined, version: number): boolean {
  if (header === undefined) return true;
  return tagsOf(header).some(
    (tag) => tag === '*' || /^"(\d+)(-[\w-]*)?"$/.exec(tag)?.[1] === String(version),
  );
}
