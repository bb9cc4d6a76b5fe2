/** Pictures: what fans took of nights they were at, and what vendors show of their events. RULES.md says what holds here. */
import { join } from 'node:path';
import type { BreakerPart, Breakers } from '../breakers/index.ts';
import type { Config } from '../config.ts';
import type { Clock, Ids, Logger } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type PictureCase, type PictureView, type Result } from '../protocol/index.ts';
import type { Ledger } from '../stores/index.ts';
import type { Account, Chore } from '../transport/index.ts';
import { pictureChores } from './clear.ts';
import { mayCover, putCover, removeCover } from './cover.ts';
import { type Decision, decide, type Listed, listCases } from './decide.ts';
import { createDesk, type Desk } from './desk.ts';
import { diskStore } from './disk-store.ts';
import { guardedStore } from './guarded-store.ts';
import { listOfAccount, listOfEvent } from './lists.ts';
import type { Size } from './picture.ts';
import { remove } from './remove.ts';
import { report } from './report.ts';
import type { Page, PageAsked, PictureDeps } from './rows.ts';
import { s3Store } from './s3-store.ts';
import { type Found, find, readBytes } from './serve.ts';
import type { PictureStore } from './store.ts';
import { mayUpload, readFields, type UploadFields, upload } from './upload.ts';

export { pictureRoutes } from './routes.ts';

export interface PicturesDeps {
  ledger: Pick<Ledger, 'reads'>;
  clock: Clock;
  ids: Ids;
  log: Logger;
  /** Undefined: on disk, in `dataDir`. */
  s3: Config['s3'];
  dataDir: string;
  breakers: Pick<Breakers, 'of'>;
  /** Overrides for tests. */
  store?: PictureStore;
  desk?: Desk;
}

export interface Pictures {
  enter: Desk['enter'];
  /** Before a file is read: what its fields already say. Refuses as `upload`. */
  judgeEarly(userId: string, fields: UploadFields): Promise<Result<unknown>>;
  upload(userId: string, fields: UploadFields, image: Buffer): Promise<Result<PictureView>>;
  remove(account: Account, userId: string, imageId: string): Promise<Result<null>>;
  mayCover(editor: Account, eventId: string): Promise<Result<unknown>>;
  putCover(editor: Account, eventId: string, image: Buffer): Promise<Result<{ imageUrl: string }>>;
  removeCover(editor: Account, eventId: string): Promise<Result<null>>;
  find(imageId: string, viewer: Account | null): Promise<Result<Found>>;
  bytes(id: string, size: Size): Promise<Result<Buffer>>;
  ofEvent(eventId: string, page: PageAsked): Promise<Result<Page<PictureView>>>;
  ofAccount(userId: string, viewer: Account | null, page: PageAsked): Promise<Page<PictureView>>;
  report(userId: string, imageId: string, reason: string): Promise<Result<{ reported: true }>>;
  cases(listed: Listed, page: PageAsked): Promise<Page<PictureCase>>;
  decide(
    operator: Account,
    imageId: string,
    decision: Decision,
    reason: string,
  ): Promise<Result<PictureCase>>;
  /** For the worker. */
  chores: readonly Chore[];
  /** Of the bucket; null: pictures are on this machine's disk. */
  breaker: BreakerPart | null;
}

function openStore({
  s3,
  dataDir,
  breakers,
  store,
}: PicturesDeps): Pick<Pictures, 'breaker'> & { store: PictureStore } {
  if (store) return { store, breaker: null };
  if (!s3) return { store: diskStore(join(dataDir, 'pictures')), breaker: null };
  const bucket = s3Store(s3);
  const breaker = breakers.of({
    name: 'pictures',
    label: 'our store of pictures',
    timeoutMs: LIMITS.storeGiveUpMs,
    probe: () => bucket.probe(),
  });
  return { store: guardedStore(bucket, breaker), breaker };
}

export function createPictures(given: PicturesDeps): Pictures {
  const { ledger, clock, ids, log } = given;
  const { store, breaker } = openStore(given);
  const deps: PictureDeps = { ledger, clock, ids, log, store, desk: given.desk ?? createDesk() };
  return {
    enter: deps.desk.enter,
    async judgeEarly(userId, fields) {
      if (fields.eventId === undefined) return ok(null);
      const asked = readFields(fields);
      return asked.ok ? mayUpload(deps, userId, asked.value.eventId) : asked;
    },
    upload: (userId, fields, image) => upload(deps, userId, fields, image),
    remove: (account, userId, imageId) => remove(deps, account, userId, imageId),
    mayCover: (editor, eventId) => mayCover(deps, editor, eventId),
    putCover: (editor, eventId, image) => putCover(deps, editor, eventId, image),
    removeCover: (editor, eventId) => removeCover(deps, editor, eventId),
    find: (imageId, viewer) => find(deps, imageId, viewer),
    bytes: (id, size) => readBytes(deps, id, size),
    ofEvent: (eventId, page) => listOfEvent(deps, eventId, page),
    ofAccount: (userId, viewer, page) => listOfAccount(deps, userId, viewer, page),
    report: (userId, imageId, reason) => report(deps, userId, imageId, reason),
    cases: (listed, page) => listCases(deps, listed, page),
    decide: (operator, imageId, decision, reason) => decide(deps, operator, imageId, decision, reason),
    chores: pictureChores(deps),
    breaker,
  };
}
