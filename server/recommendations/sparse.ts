/** A matrix of people by traits that is mostly empty, by rows and by columns. Pure. */

export interface Sparse {
  rows: number;
  columns: number;
  /** Row r has its entries at `from[r]` up to `from[r + 1]`. */
  from: Int32Array;
  at: Int32Array;
  value: Float32Array;
}

/** `cells` of each row: column and value, each column once. */
export function sparse(rows: number, columns: number, cells: (row: number) => Map<number, number>): Sparse {
  const from = new Int32Array(rows + 1);
  const at: number[] = [];
  const value: number[] = [];
  for (let r = 0; r < rows; r++) {
    for (const [column, worth] of cells(r)) {
      at.push(column);
      value.push(worth);
    }
    from[r + 1] = at.length;
  }
  return { rows, columns, from, at: Int32Array.from(at), value: Float32Array.from(value) };
}

export function turned({ rows, columns, from, at, value }: Sparse): Sparse {
  const start = new Int32Array(columns + 1);
  for (const column of at) (start[column + 1] as number)++;
  for (let c = 0; c < columns; c++) start[c + 1] = (start[c + 1] as number) + (start[c] as number);
  const next = start.slice();
  const turnedAt = new Int32Array(at.length);
  const turnedValue = new Float32Array(at.length);
  for (let r = 0; r < rows; r++)
    for (let i = from[r] as number; i < (from[r + 1] as number); i++) {
      const column = at[i] as number;
      const place = next[column] as number;
      next[column] = place + 1;
      turnedAt[place] = r;
      turnedValue[place] = value[i] as number;
    }
  return { rows: columns, columns: rows, from: start, at: turnedAt, value: turnedValue };
}
