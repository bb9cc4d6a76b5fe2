export { calendarOfOrder } from './calendar.ts';
export {
  type CodeVerdict,
  checkByJwks,
  type SignatureCheck,
  signCode,
  type TicketClaims,
  verifyCode,
} from './code.ts';
export { routes, type TicketRoutesDeps } from './routes.ts';
export { createReadOrderTickets, type ReadOrderTickets, readOrderTickets, readTicket } from './tickets.ts';
