/** Over a real connection: uploads that take their time, or never end. */
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import multipart from '@fastify/multipart';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuse } from '../protocol/index.ts';
import { answer } from '../transport/index.ts';
import { createDesk } from './desk.ts';
import { receive } from './receive.ts';
import { form } from './testing.ts';

let app: FastifyInstance;
let port: number;
const desk = createDesk(1);
beforeAll(async () => {
  app = Fastify({ forceCloseConnections: true });
  await app.register(multipart);
  app.post('/slow', { config: { access: 'public' } }, async (request, reply) =>
    answer(
      reply,
      await desk.enter(async () => {
        const received = await receive(request, { fields: [], withinMs: 100 });
        return received.ok ? { ok: true, value: { bytes: received.value.image.length } } : received;
      }),
    ),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as { port: number }).port;
});
afterAll(() => app.close());

const made = form(Buffer.from('some bytes'));
function begin(): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write(
    `POST /slow HTTP/1.1\r\nHost: h\r\nContent-Type: ${made.headers['content-type']}\r\nContent-Length: ${made.payload.length}\r\nConnection: close\r\n\r\n`,
  );
  return socket;
}

test('I9: an upload that does not arrive in time is given up, and its place is free again', async () => {
  for (let i = 0; i < 3; i++) {
    const socket = begin();
    socket.write(made.payload.subarray(0, made.payload.length - 70));
    // A desk for one: each of these would bar the next, did it not let go.
    const heard = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
    expect(await heard).toMatch(/^HTTP\/1.1 408 [\s\S]*UPLOAD_TIMED_OUT/);
    socket.destroy();
  }
});

test('I9: a caller who hangs up leaves nothing behind', async () => {
  const socket = begin();
  socket.write(made.payload.subarray(0, 40));
  socket.destroy();
  let heard = '';
  do {
    const next = begin();
    next.write(made.payload);
    heard = await text(next);
  } while (heard.includes('TEMPORARILY_UNAVAILABLE'));
  expect(heard).toMatch(/^HTTP\/1.1 200 [\s\S]*"bytes":10/);
});

test('I6: who is refused before the file hears it, however much is still to come', async () => {
  const strict = Fastify({ forceCloseConnections: true });
  await strict.register(multipart);
  strict.post('/early', { config: { access: 'public', bodyMs: 60_000 } }, async (request, reply) =>
    answer(reply, await receive(request, { fields: ['eventId'], judge: async () => refuse('NOT_ATTENDED') })),
  );
  const address = await strict.listen({ port: 0, host: '127.0.0.1' });
  const large = form(Buffer.alloc(14_000_000, 7), { eventId: 'x' });
  const heard = await fetch(`${address}/early`, {
    method: 'POST',
    headers: large.headers,
    body: new Uint8Array(large.payload),
  });
  expect([heard.status, ((await heard.json()) as { error: { code: string } }).error.code]).toEqual([
    403,
    'NOT_ATTENDED',
  ]);
  await strict.close();
});
