/**
 * The load generator: raw websockets that speak Engine.IO 4 and Socket.IO 5 by hand, so that what is measured is the
 * server and not the client library. Each socket is one fan with one request under way.
 */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';

interface Task {
  url: string;
  users: string[];
  /** `seats`: picks one of the groups; `best`: two of the best available. */
  mode: 'echo' | 'hold' | 'seats' | 'best';
  dropId: string;
  tierIds: string[];
  seconds: number;
  /** Requests per second over all sockets; undefined: as fast as answers come. */
  rate?: number;
  /** Units per hold of general admission. */
  quantity?: number;
  /** Ends once so many were held. */
  enough?: number;
  /** Seats that are picked together, nearest first: everybody wants the first ones. */
  groups?: { tierId: string; seatIds: string[] }[];
  /** Everybody wants one of the nearest so many groups that still look free. */
  wanted?: number;
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

/** A live map comes so often; until then a fan may pick what has gone. */
const MAP_EVERY_MS = 250;

/** What the fans see of the house: shared, and as old as a live map is. */
function createMap({ groups = [], wanted = groups.length }: Task) {
  const gone = new Set<number>();
  let free = groups.map((_, i) => i);
  const timer = setInterval(() => {
    free = free.filter((i) => !gone.has(i));
  }, MAP_EVERY_MS);
  return {
    pick: () => free[Math.floor(Math.random() * Math.min(wanted, free.length))] ?? 0,
    take: (group: number) => gone.add(group),
    stop: () => clearInterval(timer),
  };
}

function itemsOf(task: Task, i: number, group: number): unknown[] {
  if (task.mode === 'seats') return [task.groups?.[group]];
  if (task.mode === 'best') return [{ bestAvailable: 2 }];
  return [{ tierId: task.tierIds[i % task.tierIds.length], quantity: task.quantity ?? 1 }];
}

/** The seats a refusal offers, as they are asked for. */
function offerIn(text: string): unknown {
  const [answer] = JSON.parse(text.slice(text.indexOf('['))) as [
    { error: { details: { offer: { tierId: string; seats: { id: string }[] } } } },
  ];
  const { tierId, seats } = answer.error.details.offer;
  return { tierId, seatIds: seats.map((seat) => seat.id) };
}

const bodyOf = (task: Task, i: number, group: number, offered?: unknown): string =>
  JSON.stringify([
    task.mode === 'echo' ? 'bench:echo' : 'hold:place',
    { dropId: task.dropId, requestId: randomUUID(), items: offered ? [offered] : itemsOf(task, i, group) },
  ]);

/** One request, answered, before the clock runs. */
function once(socket: WebSocket, task: Task): Promise<void> {
  return new Promise((resolve) => {
    const listen = (data: { toString(): string }): void => {
      if (!data.toString().startsWith('43')) return;
      socket.off('message', listen);
      resolve();
    };
    socket.on('message', listen);
    socket.send(`42999999${bodyOf(task, 0, (task.groups?.length ?? 1) - 1)}`);
  });
}

async function run(task: Task): Promise<Report> {
  const sockets: WebSocket[] = [];
  for (let i = 0; i < task.users.length; i += 100)
    sockets.push(...(await Promise.all(task.users.slice(i, i + 100).map((user) => open(task.url, user)))));
  // The first hold of a drop opens its gate, in every way of asking alike.
  if (task.mode !== 'echo' && sockets[0]) await once(sockets[0], task);
  const report: Report = { ok: 0, refused: {}, seconds: 0, latencies: [] };
  const started = performance.now();
  const end = started + task.seconds * 1000;
  const map = createMap(task);
  let sent = 0;
  // At a given rate requests leave by schedule, and latency counts from the moment one was due.
  const dueOf = (n: number) => (task.rate ? started + (n / task.rate) * 1000 : performance.now());
  await Promise.all(
    sockets.map(
      (socket, i) =>
        new Promise<void>((resolve) => {
          let at = 0;
          let id = 0;
          let group = 0;
          /** Seats offered instead of those that went: one tap takes them. */
          let offered: unknown;
          const send = () => {
            if (performance.now() >= end || report.ok >= (task.enough ?? Number.POSITIVE_INFINITY))
              return resolve();
            const due = dueOf(sent++);
            const go = () => {
              at = Math.max(due, task.rate ? due : performance.now());
              if (task.groups && !offered) group = map.pick();
              socket.send(`42${id++}${bodyOf(task, i + id, group, offered)}`);
              offered = undefined;
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
            if (task.groups && (text.includes('"ok":true') || text.includes('SEATS_TAKEN'))) map.take(group);
            if (text.includes('"offer":{')) offered = offerIn(text);
            send();
          });
          send();
        }),
    ),
  );
  report.seconds = (performance.now() - started) / 1000;
  map.stop();
  for (const socket of sockets) socket.terminate();
  return report;
}

process.on('message', async (task: Task) => {
  process.send?.(await run(task));
});
process.on('disconnect', () => process.exit(0));
