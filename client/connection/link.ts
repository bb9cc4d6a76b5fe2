/**
 * The page's one connection: runs the pure machine of server/protocol/connection-machine.ts and carries out what it
 * asks for (dial, hang up, wake). Everything with an effect is handed in, so that tests run minutes in no time.
 */
import { batch, type ReadonlySignal, signal } from '@preact/signals';
import { stepConnection } from '../../server/protocol/connection-machine.ts';
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  type ConnectionView,
  initialConnection,
  viewConnection,
} from '../../server/protocol/connection-state.ts';
import type { ErrorBody } from '../../server/protocol/errors.ts';
import type { Ack, ClientEvent, ServerEvents } from '../../server/protocol/events.ts';

/** What a dial needs of a socket: socket.io-client's, or a test's. */
export interface Wire {
  ask(event: ClientEvent, payload: unknown, timeoutMs: number): Promise<Ack<unknown>>;
  close(): void;
}

export interface WireHandlers {
  up(): void;
  /** The dial came to nothing. `session`: the edge answered, and what it refuses is the token. */
  failed(why: 'session' | 'network'): void;
  lost(): void;
  push(event: keyof ServerEvents, payload: unknown): void;
}

export interface LinkEnv {
  now(): number;
  random(): number;
  /** Runs `run` at `at`; returns what cancels it. */
  wakeAt(at: number, run: () => void): () => void;
  /** Origins to dial; asked anew for each dial. */
  edges(): Promise<readonly string[]>;
  /** A token for the socket; null when nobody is logged in. */
  token(): Promise<string | null>;
  dial(origin: string, token: string, handlers: WireHandlers): Promise<Wire>;
}

export interface LinkFacts extends ConnectionView {
  /** Since when it is not live, on the env's clock; null while it is. */
  downSince: number | null;
}

export interface Link {
  facts: ReadonlySignal<LinkFacts>;
  /** Rises each time a socket is up: whoever needs a snapshot asks for it then. */
  session: ReadonlySignal<number>;
  start(): void;
  stop(): void;
  /** The fan asks, or the device found its network: what failed before says nothing any more. */
  tryNow(): void;
  /** Nothing was heard for so long that the socket must be dead, though nobody said so: hangs up and dials anew. */
  suspect(): void;
  /** A timer may have slept with the page: looks whether something is due. */
  nudge(): void;
  ask<T>(event: ClientEvent, payload: unknown): Promise<Ack<T>>;
  on<E extends keyof ServerEvents>(event: E, listener: (payload: ServerEvents[E]) => void): () => void;
}

export const ASK_TIMEOUT_MS = 10_000;

const away = (): Ack<never> => ({
  ok: false,
  error: { code: 'TEMPORARILY_UNAVAILABLE', message: 'The connection is away. Nothing was lost.' },
});

export function createLink(env: LinkEnv): Link {
  let state: ConnectionState = initialConnection;
  let edges: readonly string[] = [];
  let wire: { attempt: number; wire: Wire } | null = null;
  let cancelWake: () => void = () => {};
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const facts = signal<LinkFacts>({ ...viewConnection(state), downSince: null });
  const session = signal(0);

  function send(event: ConnectionEvent): void {
    const before = state.name;
    const step = stepConnection(state, event, {
      now: env.now(),
      random: env.random,
      edges: Math.max(1, edges.length),
    });
    state = step.state;
    for (const effect of step.effects) run(effect);
    batch(() => {
      const view = viewConnection(state);
      const up = view.link === 'live';
      facts.value = { ...view, downSince: up ? null : (facts.peek().downSince ?? env.now()) };
      if (up && before !== 'connected' && before !== 'moving') session.value += 1;
    });
  }

  function run(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'dial':
        void dial(effect.attempt, effect.edge);
        return;
      case 'hangUp':
        if (wire?.attempt === effect.attempt) {
          wire.wire.close();
          wire = null;
        }
        return;
      case 'wakeAt':
        cancelWake();
        cancelWake = env.wakeAt(effect.at, () => send({ type: 'wake' }));
        return;
    }
  }

  async function dial(attempt: number, edge: number): Promise<void> {
    try {
      edges = await env.edges();
      const token = await env.token();
      const origin = edges[edge % Math.max(1, edges.length)];
      if (token === null) return send({ type: 'refused', attempt });
      if (!origin) return send({ type: 'failed', attempt });
      const dialed = await env.dial(origin, token, {
        up: () => send({ type: 'dialed', attempt }),
        failed: (why) => send({ type: why === 'session' ? 'refused' : 'failed', attempt }),
        lost: () => send({ type: 'lost', attempt }),
        push: (event, payload) => {
          if (attempt !== state.attempt) return;
          if (event === 'server:draining')
            send({
              type: 'draining',
              attempt,
              withinMs: (payload as ServerEvents['server:draining']).withinMs,
            });
          for (const listener of listeners.get(event) ?? []) listener(payload as never);
        },
      });
      // The machine may have moved on while the code was loading.
      if (attempt !== state.attempt || state.name === 'idle') dialed.close();
      else wire = { attempt, wire: dialed };
    } catch {
      // Neither edges nor token could be had: for the machine that is a dial that failed.
      send({ type: 'failed', attempt });
    }
  }

  return {
    facts,
    session,
    start: () => send({ type: 'start' }),
    stop() {
      cancelWake();
      send({ type: 'stop' });
    },
    tryNow: () => send({ type: 'online' }),
    suspect() {
      if (!wire || !facts.peek().mayAct) return;
      const { attempt } = wire;
      wire.wire.close();
      wire = null;
      send({ type: 'lost', attempt });
    },
    nudge: () => send({ type: 'wake' }),
    async ask<T>(event: ClientEvent, payload: unknown): Promise<Ack<T>> {
      if (!wire || !facts.peek().mayAct) return away();
      return (await wire.wire.ask(event, payload, ASK_TIMEOUT_MS)) as Ack<T>;
    },
    on(event, listener) {
      const known = listeners.get(event) ?? new Set();
      known.add(listener as (payload: never) => void);
      listeners.set(event, known);
      return () => known.delete(listener as (payload: never) => void);
    },
  };
}

/** An ask that got no answer in time: it may have been done. Whoever asked re-reads before saying anything. */
export const NO_ANSWER: ErrorBody = {
  code: 'TEMPORARILY_UNAVAILABLE',
  message: 'No answer yet. We are looking up what happened.',
  details: { unknown: true },
};
