/**
 * One file and a few words of a multipart request, into memory and within bounds (rules I6, I9). What is refused early is
 * still read off the wire, into nothing: a browser that is sending hears the answer only then.
 */
import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import { LIMITS } from '../limits.ts';
import { ok, type Result, refuse } from '../protocol/index.ts';

export interface Received {
  fields: Readonly<Record<string, string>>;
  image: Buffer;
}

export interface Wanted {
  fields: readonly string[];
  /** Asked once a file begins, with what came before it: a refusal spares the file. Asked again at the end. */
  judge?(fields: Readonly<Record<string, string>>): Promise<Result<unknown>>;
  /** How long all of it may take, ms. */
  withinMs?: number;
}

const FILE = 'image';
const bounds = (fields: number) => ({
  throwFileSizeLimit: false,
  limits: {
    fileSize: LIMITS.pictureBytesMax,
    files: 1,
    fields,
    parts: fields + 1,
    fieldNameSize: 50,
    fieldSize: 2_000,
    headerPairs: 20,
  },
});

const wrong = (field: string, problem: string) => refuse('INVALID_REQUEST', { field, problem });

async function bytesOf({ file }: MultipartFile): Promise<Result<Buffer>> {
  const chunks: Buffer[] = [];
  for await (const chunk of file) chunks.push(chunk as Buffer);
  return file.truncated
    ? refuse('PAYLOAD_TOO_LARGE', undefined, 'This picture is too large: 15 MB are the most.')
    : ok(Buffer.concat(chunks));
}

async function read(request: FastifyRequest, { fields: wanted, judge }: Wanted): Promise<Result<Received>> {
  const fields: Record<string, string> = {};
  let image: Buffer | undefined;
  for await (const part of request.parts(bounds(wanted.length))) {
    if (part.type === 'field') {
      if (!wanted.includes(part.fieldname)) return wrong(part.fieldname, 'is not expected');
      if (part.valueTruncated || typeof part.value !== 'string') return wrong(part.fieldname, 'is too long');
      fields[part.fieldname] = part.value;
      continue;
    }
    if (part.fieldname !== FILE) return wrong(part.fieldname, 'is not expected');
    const judged = await judge?.(fields);
    if (judged?.ok === false) return judged;
    const bytes = await bytesOf(part);
    if (!bytes.ok) return bytes;
    image = bytes.value;
  }
  return image ? ok({ fields, image }) : wrong(FILE, 'is missing');
}

/** What the parser throws about what it was given; anything else is a defect of ours. */
const isTheirs = (err: unknown): boolean => {
  const { code = '', message = '' } = err as { code?: string; message?: string };
  return code.startsWith('FST_') || /multipart|boundary|part terminated|malformed|header/i.test(message);
};

/** Refuses UNSUPPORTED_MEDIA_TYPE, INVALID_REQUEST, PAYLOAD_TOO_LARGE, UPLOAD_TIMED_OUT, or what `judge` refuses. */
export async function receive(request: FastifyRequest, wanted: Wanted): Promise<Result<Received>> {
  if (!request.isMultipart())
    return refuse('UNSUPPORTED_MEDIA_TYPE', undefined, 'Send the picture as multipart/form-data.');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Result<Received>>((resolve) => {
    timer = setTimeout(() => resolve(refuse('UPLOAD_TIMED_OUT')), wanted.withinMs ?? LIMITS.uploadMs);
  });
  const reading = read(request, wanted).catch((err: unknown): Result<Received> => {
    if (isTheirs(err)) return wrong('body', 'is not a form with one picture');
    throw err;
  });
  // Given up, it ends some time after its connection, and nobody listens any more.
  reading.catch(() => undefined);
  try {
    const received = await Promise.race([reading, late]);
    if (!received.ok) {
      request.raw.unpipe();
      request.raw.resume();
    }
    return received;
  } finally {
    clearTimeout(timer);
  }
}
