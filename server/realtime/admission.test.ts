import { expect, test } from 'vitest';
import { blockList } from '../config.ts';
import { createLog } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { manualClock } from '../stores/testing.ts';
import { createAllowRequest } from './handshake.ts';

function door() {
  const clock = manualClock();
  const outcomes: string[] = [];
  let draining = false;
  const allow = createAllowRequest({
    clock,
    log: createLog('silent', 'test'),
    origin: { origins: ['https://tickets.example'], sameHost: false },
    proxies: blockList('test', []),
    exempt: blockList('test', ['10.0.0.0/8']),
    authenticate: async () => null,
    accounts: new Map(),
    isDraining: () => draining,
    count: (outcome) => void outcomes.push(outcome),
  });
  /** What the door says, at once: an answer that came later would end the process. */
  const knock = (address = '192.0.2.1', headers: Record<string, string> = {}): string => {
    let said = 'nothing yet';
    allow({ headers, connection: { remoteAddress: address } }, (err, ok) => {
      said = ok ? 'ok' : String(err);
    });
    return said;
  };
  const drain = (): void => {
    draining = true;
  };
  return { clock, outcomes, knock, drain };
}

test('R30: a stampede is admitted at the edge rate; the rest is refused before there is a socket', async () => {
  const { clock, knock, outcomes } = door();
  const first = Array.from({ length: LIMITS.handshakesPerSecond + 500 }, () => knock());
  expect(first.filter((said) => said === 'ok').length).toBe(LIMITS.handshakesPerSecond);
  expect(first.at(-1)).toBe('RATE_LIMITED');
  expect(outcomes.length).toBe(500);
  await clock.advance(100);
  const next = Array.from({ length: 500 }, () => knock());
  expect(next.filter((said) => said === 'ok').length).toBe(LIMITS.handshakesPerSecond / 10);
});

test('R30: exempt networks are not counted, and use nothing up', () => {
  const { knock } = door();
  const exempt = Array.from({ length: LIMITS.handshakesPerSecond * 2 }, () => knock('10.1.2.3'));
  expect(new Set(exempt)).toEqual(new Set(['ok']));
  expect(knock()).toBe('ok');
});

test('R1: a refused Origin uses up nobody else’s admission', () => {
  const { knock } = door();
  for (let i = 0; i < LIMITS.handshakesPerSecond * 2; i++)
    expect(knock('192.0.2.1', { origin: 'https://evil.example' })).toBe('ORIGIN_REFUSED');
  expect(knock('192.0.2.1', { origin: 'https://tickets.example' })).toBe('ok');
});

test('R28: while the edge drains nobody is let in', () => {
  const { knock, drain } = door();
  expect(knock()).toBe('ok');
  drain();
  expect(knock()).toBe('DRAINING');
  expect(knock('10.1.2.3')).toBe('DRAINING');
});
