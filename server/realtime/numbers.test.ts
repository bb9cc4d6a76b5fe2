import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestWorld, testWorld, until } from '../stores/testing.ts';
import {
  ask,
  connected,
  dropState,
  type EdgeProcess,
  hangUpAll,
  spawnEdge,
  tokenFor,
  writeDrop,
} from './testing-edges.ts';

let world: TestWorld;
let edge: EdgeProcess;
beforeAll(async () => {
  world = await testWorld();
  edge = await spawnEdge(world, { HOLDFAST_EXEMPT_NETWORKS: '127.0.0.0/8' });
});
afterEach(hangUpAll);
afterAll(async () => {
  await edge.stop();
  await world.close();
});

test('R31: a drawn lobby’s fans hear their own numbers, on every device, and nobody else’s', async () => {
  const state = dropState(world, { phase: 'lobby' });
  await writeDrop(world, state);
  const [ann, ben, eve] = [world.ids.next(), world.ids.next(), world.ids.next()];
  const heard = new Map<string, unknown[]>();
  const watch = async (name: string, sub: string, watches = true) => {
    const socket = await connected(edge.port, tokenFor(world, { sub }));
    heard.set(name, []);
    socket.on('place:updated', (note) => heard.get(name)!.push(note));
    if (!watches) return;
    let ticked = false;
    socket.on('queue:tick', () => {
      ticked = true;
    });
    await ask(socket, 'drop:watch', { dropId: state.id });
    await until('the first tick', () => ticked);
  };
  await watch('ann', ann);
  await watch('ann, on the phone', ann);
  await watch('ben', ben);
  await watch('ben, elsewhere', ben, false);
  await watch('eve, without a place', eve);
  const places = [ann, ben].map((userId, i) => ({
    placeId: world.ids.next(),
    userId,
    number: i + 1,
    state: 'waiting',
  }));
  await world.gate.set(`test:numbers:${state.id}`, JSON.stringify(places));
  await writeDrop(world, { ...state, phase: 'drawing', version: state.version + 1 });
  await writeDrop(world, { ...state, phase: 'live', version: state.version + 2 });
  await until(
    'the numbers',
    () => (heard.get('ben')?.length ?? 0) > 0 && (heard.get('ann')?.length ?? 0) > 0,
  );
  const note = (i: number) => [
    { placeId: places[i]!.placeId, dropId: state.id, number: i + 1, state: 'waiting' },
  ];
  expect(Object.fromEntries(heard)).toEqual({
    ann: note(0),
    'ann, on the phone': note(0),
    ben: note(1),
    'ben, elsewhere': [],
    'eve, without a place': [],
  });
});
