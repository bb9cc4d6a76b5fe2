import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { addBodyTime } from './body-time.ts';

/** What the server says to somebody who announces ten bytes and sends one. */
async function trickle(bodyMs: number | undefined): Promise<string> {
  const app = Fastify();
  addBodyTime(app, 50);
  app.post('/', { config: { access: 'public', ...(bodyMs === undefined ? {} : { bodyMs }) } }, () => ({
    done: true,
  }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  socket.write(
    'POST / HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 10\r\nConnection: close\r\n\r\n"',
  );
  // With a limit of its own the route waits: the rest comes once the shared one is over.
  if (bodyMs !== undefined) setTimeout(() => socket.write('12345678"'), 150);
  const answer = await text(socket);
  await app.close();
  return answer;
}

test('X44: a body that does not come ends its connection', async () => {
  const answer = await trickle(undefined);
  expect(answer).toMatch(/^HTTP\/1.1 408 /);
  expect(answer).toContain('UPLOAD_TIMED_OUT');
});

test('X44: a route may give its bodies more time', async () => {
  expect(await trickle(60_000)).toMatch(/^HTTP\/1.1 200 /);
});
