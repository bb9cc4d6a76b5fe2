export * from './connection-machine.ts';
export * from './connection-state.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './merkle.ts';
export * from './result.ts';
export * from './sha256.ts';
export * from './views.ts';
