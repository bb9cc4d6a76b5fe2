export {
  type CodeVerdict,
  checkByJwks,
  type SignatureCheck,
  signCode,
  type TicketClaims,
  verifyCode,
} from './code.ts';
export { routes, type TicketRoutesDeps } from './routes.ts';
export { readOrderTickets } from './tickets.ts';
