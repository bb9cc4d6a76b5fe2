/** Copies of entries in this process, the longest unread forgotten first: an entry that did not change need not be sent and read anew. */
export interface Copy {
  /** When its load began, microseconds by Redis's clock. */
  stamp: number;
  value: unknown;
}

export interface Memory {
  get(id: string): Copy | undefined;
  put(id: string, copy: Copy, bytes: number): void;
}

export function createMemory(bytesMax: number): Memory {
  const copies = new Map<string, Copy & { bytes: number }>();
  let bytes = 0;
  const forget = (id: string): void => {
    bytes -= copies.get(id)?.bytes ?? 0;
    copies.delete(id);
  };
  return {
    get(id) {
      const copy = copies.get(id);
      if (copy) {
        copies.delete(id);
        copies.set(id, copy);
      }
      return copy;
    },
    put(id, copy, size) {
      const before = copies.get(id);
      if (before && before.stamp > copy.stamp) return;
      forget(id);
      copies.set(id, { ...copy, bytes: size });
      bytes += size;
      while (bytes > bytesMax) forget(copies.keys().next().value as string);
    },
  };
}
