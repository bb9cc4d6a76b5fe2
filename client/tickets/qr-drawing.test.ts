import { toString as toText } from 'qrcode';
import { expect, test } from 'vitest';
import { readDrawing } from './qr-drawing.ts';

test('U222: a QR code as the server draws it gives its paths', async () => {
  const drawing = readDrawing(await toText('HF1.some.code', { type: 'svg', margin: 4 }));
  expect(drawing?.viewBox).toMatch(/^0 0 \d+ \d+$/);
  expect(drawing?.paths).toHaveLength(2);
  expect(drawing?.paths[0]?.fill).toBe('#ffffff');
  expect(drawing?.paths[1]?.stroke).toBe('#000000');
});

test('U222: whatever else a picture carries does not get into the page', async () => {
  const sound = await toText('x', { type: 'svg' });
  const smuggled = sound.replace('</svg>', '<script>alert(1)</script><image href="//evil.example"/></svg>');
  expect(readDrawing(smuggled)).toEqual(readDrawing(sound));
  const refused = [
    '',
    '<html>',
    '<svg viewBox="0 0 1 1"></svg>',
    '<svg viewBox="0 0 1 1"><path d="M0 0h1"fill="url(//evil.example)"/></svg>'.replace('"fill', '" fill'),
    '<svg viewBox="javascript:1"><path d="M0 0h1"/></svg>',
    '<svg viewBox="0 0 1 1"><path d="url(#x)"/></svg>',
  ];
  for (const svg of refused) expect(readDrawing(svg)).toBeNull();
});
