/** Socket.IO attached to a uWebSockets.js app, with everything an edge does not want switched off. */

import type * as uws from 'uWebSockets.js';
import { Server, type ServerOptions } from 'socket.io';
import { LIMITS } from '../limits.ts';
import { PARSER } from './notify.ts';

/** uWebSockets.js's own number; its package exports the name for JavaScript only. */
const LIBUS_LISTEN_EXCLUSIVE_PORT = 1;

export function attachSocketServer(
  app: uws.TemplatedApp,
  adapter: ServerOptions['adapter'],
  allowRequest: ServerOptions['allowRequest'],
): Server {
  const io = new Server({
    adapter,
    parser: PARSER,
    transports: ['websocket'],
    allowUpgrades: false,
    serveClient: false,
    // Compression costs memory per socket (3 GB at 10,000 to 20,000 of them) and gains little on 60 bytes.
    perMessageDeflate: false,
    httpCompression: false,
    maxHttpBufferSize: LIMITS.socketPayloadMaxBytes,
    connectTimeout: LIMITS.socketConnectMs,
    allowRequest,
  });
  // What uWebSockets.js buffers for a slow reader before it drops; backpressure.ts acts long before.
  const options = { maxBackpressure: LIMITS.socketBufferMaxBytes, idleTimeout: 120 };
  io.attachApp(app, options as unknown as Parameters<Server['attachApp']>[1]);
  app.get('/healthz', (res) => void res.end('{"ok":true}'));
  app.any('/*', (res) => {
    res.writeStatus('404 Not Found').writeHeader('content-type', 'application/json');
    res.end('{"error":{"code":"NOT_FOUND","message":"Sockets only: connect to /socket.io/."}}');
  });
  return io;
}

type Listen = (
  host: string,
  port: number,
  options: number,
  done: (token: uws.us_listen_socket | false) => void,
) => void;

/** @throws Error when the port is taken. */
export function listenOn(app: uws.TemplatedApp, host: string, port: number): Promise<uws.us_listen_socket> {
  return new Promise((resolve, reject) => {
    // Exclusive: by default two processes could share a port unnoticed, each with half of the fans.
    (app.listen as unknown as Listen).call(app, host, port, LIBUS_LISTEN_EXCLUSIVE_PORT, (token) => {
      if (token) resolve(token);
      else
        reject(new Error(`Port ${port} is in use. Stop what listens there, or set SOCKET_PORT to another.`));
    });
  });
}
