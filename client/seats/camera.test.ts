import fc from 'fast-check';
import { expect, test } from 'vitest';
import { between, centred, fitted, keepIn, panBy, pinch, shown, toMap, type View, zoomAt } from './camera.ts';

const size = { width: 360, height: 480 };
const bounds = { left: -50, top: -20, right: 50, bottom: 80 };
const limits = { least: 1, most: 64 };
const px = fc.double({ min: 0, max: 360, noNaN: true });
const view: fc.Arbitrary<View> = fc.record({
  scale: fc.double({ min: 1, max: 64, noNaN: true }),
  x: fc.double({ min: -2000, max: 2000, noNaN: true }),
  y: fc.double({ min: -2000, max: 2000, noNaN: true }),
});
const close = (a: number, b: number): void => expect(Math.abs(a - b)).toBeLessThan(1e-6 * (1 + Math.abs(b)));

test('U311: zooming leaves the point under the finger where it is, within the limits', () => {
  fc.assert(
    fc.property(view, px, px, fc.double({ min: 0.01, max: 100, noNaN: true }), (from, x, y, factor) => {
      const [mapX, mapY] = toMap(from, x, y);
      const to = zoomAt(from, factor, x, y, limits);
      close(mapX * to.scale + to.x, x);
      close(mapY * to.scale + to.y, y);
      expect(to.scale).toBeGreaterThanOrEqual(limits.least);
      expect(to.scale).toBeLessThanOrEqual(limits.most);
    }),
  );
});

test('U311: two fingers keep the middle between them, and spread by how far they part', () => {
  const from = { scale: 4, x: 10, y: 20 };
  const to = pinch(from, [100, 100, 200, 100], [80, 140, 280, 140], limits);
  expect(to.scale).toBe(8);
  const [mapX, mapY] = toMap(from, 150, 100);
  close(mapX * to.scale + to.x, 180);
  close(mapY * to.scale + to.y, 140);
});

test('U311: the map never leaves the screen, however far one pans', () => {
  fc.assert(
    fc.property(view, (from) => {
      const kept = keepIn(panBy(from, 1e5, -1e5), bounds, size, 18);
      const seen = shown(kept, size);
      expect(seen.left).toBeLessThan(bounds.right);
      expect(seen.right).toBeGreaterThan(bounds.left);
      expect(seen.top).toBeLessThan(bounds.bottom);
      expect(seen.bottom).toBeGreaterThan(bounds.top);
      // Kept in once is kept in.
      const again = keepIn(kept, bounds, size, 18);
      close(again.x, kept.x);
      close(again.y, kept.y);
    }),
  );
});

test('U311: the whole map fits with its padding, in the middle', () => {
  const whole = fitted(bounds, size, 18);
  const seen = shown(whole, size);
  expect(seen.left).toBeLessThanOrEqual(bounds.left);
  expect(seen.bottom).toBeGreaterThanOrEqual(bounds.bottom);
  close((seen.left + seen.right) / 2, 0);
  close((seen.top + seen.bottom) / 2, 30);
});

test('U311: a journey begins and ends where it says, and its scale goes one way', () => {
  const from = centred(-40, 0, 2, size);
  const to = centred(30, 60, 32, size);
  for (const [t, at] of [
    [0, from],
    [1, to],
  ] as const) {
    const there = between(from, to, t, size);
    close(there.scale, at.scale);
    close(there.x, at.x);
    close(there.y, at.y);
  }
  const scales = [0, 0.25, 0.5, 0.75, 1].map((t) => between(from, to, t, size).scale);
  expect(scales).toEqual([...scales].sort((a, b) => a - b));
});
