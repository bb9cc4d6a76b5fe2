export { type Access, type Account, accountOf, answer, mayUse, type Notify, type SocketCaller, type SocketHandler } from './access.ts';
