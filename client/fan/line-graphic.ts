/** The line as bars: a fixed number stands for everybody in it, so it can be drawn for 40 people or 400,000. */
export interface LineBar {
  kind: 'served' | 'ahead' | 'me' | 'behind';
  /** 0 to 1, the same for the same place in the line. */
  height: number;
}

export const BARS = 48;

/** A steady scatter: people are not all the same height. */
const heightOf = (index: number, number: number): number => {
  const x = Math.sin((index + 1) * 12.9898 + number * 0.7) * 43_758.5453;
  return 0.34 + 0.42 * (x - Math.floor(x));
};

/**
 * My place is drawn by the cube root of my share of the line: 1,204 of 18,311 would else be three bars from the front,
 * with nothing left to see shorten.
 *
 * @param number my number, @param ahead people ahead of me, @param last the highest number given
 */
export function lineBars(number: number, ahead: number, last: number): LineBar[] {
  const whole = Math.max(last, number, 1);
  const me = Math.min(BARS - 2, Math.max(1, Math.round(Math.cbrt(number / whole) * (BARS - 3))));
  const share = number > 1 ? Math.min(1, ahead / (number - 1)) : 0;
  // As long as anybody is ahead, one bar says so.
  const left = ahead > 0 ? Math.max(1, Math.round(me * share)) : 0;
  return Array.from({ length: BARS }, (_, index) => {
    if (index === me) return { kind: 'me', height: 1 };
    const kind = index > me ? 'behind' : index < me - left ? 'served' : 'ahead';
    return { kind, height: heightOf(index, number) };
  });
}
