export * from './errors.ts';
export * from './events.ts';
export * from './result.ts';
export * from './views.ts';
