/**
 * The load generator: raw websockets that speak Engine.IO 4 and Socket.IO 5 by hand, so that what is measured is the
 * server and not the client library. Each socket is one fan with one request under way.
 */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

interface Task {
  url: string;
  users: string[];
  mode: 'echo' | 'hold';
  dropId: string;
  tierIds: string[];
  seconds: number;
  /** Requests per second over all sockets; undefined: as fast as answers come. */
  rate?: number;
}

export interface Report {
  ok: number;
  refused: Record<string, number>;
  seconds: number;
  latencies: number[];
}

function open(url: string, token: string): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}/socket.io/?EIO=4&transport=websocket`, { perMessageDeflate: false });
    socket.on('error', reject);
    socket.on('message', (data) => {
      const text = data.toString();
      if (text.startsWith('0')) socket.send(`40${JSON.stringify({ token })}`);
      else if (text.startsWith('40')) resolve(socket);
      else if (text.startsWith('44')) reject(new Error(text));
      else if (text === '2') socket.send('3');
    });
  });
}

const bodyOf = (task: Task, i: number): string =>
  task.mode === 'hold'
    ? JSON.stringify([
        'hold:place',
        {
          dropId: task.dropId,
          requestId: randomUUID(),
          items: [{ tierId: task.tierIds[i % task.tierIds.length], quantity: 1 }],
        },
      ])
    : JSON.stringify([
        'bench:echo',
        {
          dropId: task.dropId,
          requestId: randomUUID(),
          items: [{ tierId: task.tierIds[i % task.tierIds.length], quantity: 1 }],
        },
      ]);

async function run(task: Task): Promise<Report> {
  const sockets: WebSocket[] = [];
  for (let i = 0; i < task.users.length; i += 100)
    sockets.push(...(await Promise.all(task.users.slice(i, i + 100).map((user) => open(task.url, user)))));
  const report: Report = { ok: 0, refused: {}, seconds: 0, latencies: [] };
  const started = performance.now();
  const end = started + task.seconds * 1000;
  let sent = 0;
  // At a given rate requests leave by schedule, and latency counts from the moment one was due.
  const dueOf = (n: number) => (task.rate ? started + (n / task.rate) * 1000 : performance.now());
  await Promise.all(
    sockets.map(
      (socket, i) =>
        new Promise<void>((resolve) => {
          let at = 0;
          let id = 0;
          const send = () => {
            if (performance.now() >= end) return resolve();
            const due = dueOf(sent++);
            const go = () => {
              at = Math.max(due, task.rate ? due : performance.now());
              socket.send(`42${id++}${bodyOf(task, i + id)}`);
            };
            const wait = due - performance.now();
            if (wait > 1) setTimeout(go, wait);
            else go();
          };
          socket.on('message', (data) => {
            const text = data.toString();
            if (!text.startsWith('43')) return;
            report.latencies.push(performance.now() - at);
            if (text.includes('"ok":true')) report.ok++;
            else {
              const code = /"code":"(\w+)"/.exec(text)?.[1] ?? 'unreadable';
              report.refused[code] = (report.refused[code] ?? 0) + 1;
            }
            send();
          });
          send();
        }),
    ),
  );
  report.seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.terminate();
  return report;
}

process.on('message', async (task: Task) => {
  process.send?.(await run(task));
});
process.on('disconnect', () => process.exit(0));
