/**
 * One member of the crowd: an ordinary client. It opens a socket, joins, waits for its number, claims, holds, and pays,
 * lets go or lets lapse, as its temper has it. It knows nothing that a browser would not be told.
 */
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import type { Clock } from '../kernel/index.ts';
import type { Ack, DropState, OrderView, QueueTick, StockTick } from '../protocol/index.ts';
import { type Temper, unitsOf, wish } from './temper.ts';

export interface FanDeps {
  apiUrl: string;
  socketUrl: string;
  dropId: string;
  /** A fresh access token for this fan. */
  token(): string;
  clock: Clock;
  /** Random number from 0 up to 1. */
  chance(): number;
  /** 1 is a person's pace; smaller is faster. */
  pace: number;
  signal: AbortSignal;
}

/** Ends one visit without ado: sold out, sale over, server away for good. */
class Enough extends Error {}

const ACK_TIMEOUT_MS = 20_000;
const GOOD_CARD = '4242424242424242';
const BAD_CARD = '4000000000000002';
const OVER = new Set(['ended', 'canceled']);

export class Fan {
  private readonly deps: FanDeps;
  private readonly socket: Socket;
  private state: DropState | undefined;
  private number: number | null = null;
  private called = false;
  private lapsed = new Set<string>();
  private waiters: (() => void)[] = [];

  constructor(deps: FanDeps) {
    this.deps = deps;
    this.socket = io(deps.socketUrl, {
      transports: ['websocket'],
      // A token lives ten minutes: each dial brings a fresh one.
      auth: (give) => give({ token: deps.token() }),
      reconnectionDelay: 2_000,
      reconnectionDelayMax: 30_000,
      randomizationFactor: 1,
    });
    this.socket.on('drop:state', (state: DropState) => this.learn(state));
    this.socket.on('queue:tick', (tick: QueueTick) =>
      this.learn({ serving: tick.serving, phase: tick.phase }),
    );
    this.socket.on('stock:tick', (tick: StockTick) => this.learnStock(tick));
    this.socket.on('place:updated', (place: { dropId: string; number: number | null; state: string }) => {
      if (place.dropId !== deps.dropId) return;
      this.number = place.number;
      this.called = place.state === 'called';
      this.wake();
    });
    this.socket.on('hold:expired', ({ holdId }: { holdId: string }) => {
      this.lapsed.add(holdId);
      this.wake();
    });
    // After every dial, also the first: the snapshot, so that nothing missed matters.
    this.socket.on('connect', () => void this.watch());
    deps.signal.addEventListener('abort', this.wake, { once: true });
  }

  close(): void {
    this.deps.signal.removeEventListener('abort', this.wake);
    this.socket.disconnect();
    this.wake();
  }

  /** One visit to the line, to its end. Resolves with the number of tickets bought. */
  async visit(temper: Temper): Promise<number> {
    try {
      await this.until(() => this.state !== undefined);
      // A plain sale has no line: one shops at once.
      const line = this.state?.hasLine;
      if (line) await this.join();
      if (line) await this.turn(temper);
      const bought = await this.shop(temper);
      if (line) await this.ask('queue:leave');
      return bought;
    } catch (err) {
      if (err instanceof Enough) return 0;
      throw err;
    }
  }

  private async join(): Promise<void> {
    const joined = await this.ask<{ number: number | null; state: string }>('queue:join');
    this.number = joined.number;
    this.called = joined.state === 'called';
  }

  private async turn(temper: Temper): Promise<void> {
    const isCalled = () => this.called || (this.number !== null && (this.state?.serving ?? 0) >= this.number);
    await this.until(isCalled);
    // Not looking: the call lapses. At the next visit it asks again, and is called first.
    if (temper.claimAfterMs === Number.POSITIVE_INFINITY) throw new Enough('was not looking');
    await this.pause(temper.claimAfterMs);
    for (;;) {
      const ack = await this.emit('queue:claim', { dropId: this.deps.dropId });
      if (ack.ok) return;
      if (ack.error.code === 'DROP_PAUSED') await this.until(() => this.state?.phase !== 'paused');
      else if (ack.error.code === 'CALL_LAPSED' || ack.error.code === 'NOT_CALLED') {
        this.called = false;
        await this.until(() => this.called);
      } else throw new Enough(ack.error.code);
    }
  }

  private async shop(temper: Temper): Promise<number> {
    await this.pause(temper.chooseMs);
    const hold = temper.ending === 'look-only' ? null : await this.hold(temper);
    if (!hold) return 0;
    if (temper.ending === 'dither') {
      await this.until(() => this.lapsed.has(hold.id));
      return 0;
    }
    await this.pause(temper.payMs);
    if (temper.ending === 'change-mind') {
      await this.emit('hold:release', { holdId: hold.id });
      return 0;
    }
    return (await this.pay(hold.id, temper)) ? hold.quantity : 0;
  }

  /** Tries a few times: what one wanted may be gone a moment later. */
  private async hold(temper: Temper): Promise<{ id: string; quantity: number } | null> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const items = wish(this.state?.tiers ?? [], temper, this.deps.chance());
      if (items.length === 0) return null;
      const ack = await this.emit<{ hold: { id: string } }>('hold:place', {
        dropId: this.deps.dropId,
        requestId: randomUUID(),
        items,
      });
      if (ack.ok)
        return { id: ack.data.hold.id, quantity: items.reduce((sum, item) => sum + unitsOf(item), 0) };
      if (ack.error.code === 'DROP_PAUSED') await this.until(() => this.state?.phase !== 'paused');
      else if (ack.error.code === 'SOLD_OUT') await this.pause(1_500);
      else return null;
    }
    return null;
  }

  private async pay(holdId: string, temper: Temper): Promise<boolean> {
    const booked = await this.post<{ order: OrderView }>('/tickets/book', { holdId });
    if (booked.status !== 201) return false;
    const orderId = booked.body.order.id;
    const pay = (card: string) => this.post('/payment', { orderId, method: { provider: 'test', card } });
    if (temper.ending === 'declined-then-buy') {
      await pay(BAD_CARD);
      await this.pause(temper.payMs);
    }
    return (await pay(GOOD_CARD)).status === 200;
  }

  private async post<T>(path: string, body: unknown): Promise<{ status: number; body: T }> {
    try {
      const answer = await fetch(`${this.deps.apiUrl}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.deps.token()}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: this.deps.signal,
      });
      return { status: answer.status, body: (await answer.json()) as T };
    } catch (err) {
      throw new Enough('the api is away', { cause: err });
    }
  }

  private async watch(): Promise<void> {
    try {
      const ack = await this.emit<DropState>('drop:watch', { dropId: this.deps.dropId });
      if (ack.ok) this.learn(ack.data);
    } catch (err) {
      // The connection went first: the next one watches again, and a fan who left needs no snapshot.
      if (!(err instanceof Enough)) throw err;
    }
  }

  /** A whole state, or a part of one: parts mean nothing before the first whole one. */
  private learn(news: DropState | Partial<DropState>): void {
    if (!this.state && !('tiers' in news && 'serving' in news)) return;
    this.state = { ...this.state, ...news } as DropState;
    this.wake();
  }

  private learnStock({ dropId, tiers }: StockTick): void {
    if (!this.state || dropId !== this.deps.dropId) return;
    this.learn({
      tiers: this.state.tiers.map((tier) => ({ ...tier, available: tiers[tier.id]?.[0] ?? tier.available })),
    });
  }

  /** The answer's data. A refusal ends the visit: this fan shrugs and goes. */
  private async ask<T>(event: string): Promise<T> {
    const ack = await this.emit<T>(event, { dropId: this.deps.dropId });
    if (!ack.ok) throw new Enough(`${event}: ${ack.error.code}`);
    return ack.data;
  }

  private async emit<T>(event: string, payload: unknown): Promise<Ack<T>> {
    if (this.deps.signal.aborted) throw new Enough('over');
    try {
      return (await this.socket.timeout(ACK_TIMEOUT_MS).emitWithAck(event, payload)) as Ack<T>;
    } catch (err) {
      throw new Enough(`${event} was not answered`, { cause: err });
    }
  }

  private pause(ms: number): Promise<void> {
    return this.deps.clock.sleep(ms * this.deps.pace, this.deps.signal).catch(() => {
      throw new Enough('over');
    });
  }

  private readonly wake = (): void => {
    const waiting = this.waiters;
    this.waiters = [];
    for (const waiter of waiting) waiter();
  };

  /** Waits until something heard makes it so; ends the visit when the sale is over. */
  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.deps.signal.aborted || (this.state && OVER.has(this.state.phase))) throw new Enough('over');
      await new Promise<void>((resolve) => {
        this.waiters.push(resolve);
      });
    }
  }
}
