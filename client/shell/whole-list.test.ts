import { expect, test } from 'vitest';
import { wholeList } from './whole-list.ts';

const never = new AbortController().signal;

test('U209: a list that comes in pages is fetched to its end, in order', async () => {
  const asked: string[] = [];
  const pages = [
    { items: [1, 2], nextCursor: 'b' },
    { items: [3], nextCursor: 'c' },
    { items: [4], nextCursor: null },
  ];
  const ask = async <T>(_method: string, path: string): Promise<T> => {
    asked.push(path);
    return pages[asked.length - 1] as T;
  };
  expect(await wholeList<number>(ask, '/me/tickets', never)).toEqual([1, 2, 3, 4]);
  expect(asked).toEqual([
    '/me/tickets?limit=200',
    '/me/tickets?limit=200&cursor=b',
    '/me/tickets?limit=200&cursor=c',
  ]);
});

test('U209: a list that never ends is given up, not followed for ever', async () => {
  let asked = 0;
  const ask = async <T>(): Promise<T> => {
    asked += 1;
    return { items: [asked], nextCursor: 'more' } as T;
  };
  expect((await wholeList<number>(ask, '/endless', never)).length).toBe(asked);
  expect(asked).toBeLessThan(100);
});
