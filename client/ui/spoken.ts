/** Lengths of time in words: for readers that speak, and for sentences. */

const say = (n: number, word: string): string => (n > 0 ? `${n} ${word}${n === 1 ? '' : 's'}` : '');

/** The two largest units, rounded up to whole seconds: "9 minutes 41 seconds". */
export function speakDuration(ms: number): string {
  const whole = Math.max(0, Math.ceil(ms / 1000));
  const units: [number, string][] = [
    [Math.floor(whole / 86_400), 'day'],
    [Math.floor(whole / 3600) % 24, 'hour'],
    [Math.floor(whole / 60) % 60, 'minute'],
    [whole % 60, 'second'],
  ];
  const first = units.findIndex(([n]) => n > 0);
  if (first < 0) return '0 seconds';
  return units
    .slice(first, first + 2)
    .map(([n, word]) => say(n, word))
    .filter(Boolean)
    .join(' ');
}

/** How long ago, coarse: "12 s", "3 min", "2 h". */
export function formatAge(ms: number): string {
  if (ms < 60_000) return `${Math.max(0, Math.floor(ms / 1000))} s`;
  return ms < 3_600_000 ? `${Math.floor(ms / 60_000)} min` : `${Math.floor(ms / 3_600_000)} h`;
}
