/** Where files of pictures are. Disk and S3 keep the same promises (rule I12); tests ask both for them. */
export interface PictureStore {
  /** Whole or not at all; replaces what is there. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** Null: there is none. */
  get(key: string): Promise<Buffer | null>;
  /** What is not there is no error. */
  remove(key: string): Promise<void>;
  /** Everything that is there, also what is none of ours: leftovers of writes that were killed. */
  list(): AsyncIterable<{ key: string; modifiedMs: number }>;
  /** Something cheap that shows whether it answers. @throws Error when it does not */
  probe(): Promise<void>;
}
