/** What is liked by the same people: cosine of columns, shrunk where few people stand behind it. Pure. */
import type { Sparse } from './sparse.ts';
import { turned } from './sparse.ts';

export interface Neighbours {
  /** `most` per column, the nearest first; -1: none left. */
  at: Int32Array;
  near: Float32Array;
}

/** `counts`: whether a column can be a neighbour. `shrink`: with so many people in common a likeness counts half. */
export function neighbours(
  matrix: Sparse,
  most: number,
  shrink: number,
  counts: (column: number) => boolean,
): Neighbours {
  const people = turned(matrix);
  const length = new Float64Array(matrix.columns);
  for (let i = 0; i < matrix.at.length; i++) {
    const column = matrix.at[i] as number;
    length[column] = (length[column] as number) + (matrix.value[i] as number) ** 2;
  }
  const at = new Int32Array(matrix.columns * most).fill(-1);
  const near = new Float32Array(matrix.columns * most);
  const sum = new Float64Array(matrix.columns);
  const shared = new Int32Array(matrix.columns);
  for (let column = 0; column < matrix.columns; column++) {
    if (!counts(column)) continue;
    const touched: number[] = [];
    for (let i = people.from[column] as number; i < (people.from[column + 1] as number); i++) {
      const person = people.at[i] as number;
      const own = people.value[i] as number;
      for (let j = matrix.from[person] as number; j < (matrix.from[person + 1] as number); j++) {
        const other = matrix.at[j] as number;
        if (other === column || !counts(other)) continue;
        if (shared[other] === 0) touched.push(other);
        shared[other] = (shared[other] as number) + 1;
        sum[other] = (sum[other] as number) + own * (matrix.value[j] as number);
      }
    }
    const likeness = (other: number): number => {
      const both = shared[other] as number;
      const cosine =
        (sum[other] as number) / Math.sqrt((length[column] as number) * (length[other] as number));
      return (cosine * both) / (both + shrink);
    };
    touched
      .map((other) => ({ other, like: likeness(other) }))
      .sort((a, b) => b.like - a.like || a.other - b.other)
      .slice(0, most)
      .forEach(({ other, like }, place) => {
        at[column * most + place] = other;
        near[column * most + place] = like;
      });
    for (const other of touched) {
      sum[other] = 0;
      shared[other] = 0;
    }
  }
  return { at, near };
}
