/** Everything from the turn on, as one piece of code: fetched while one waits, so that waiting costs little. */
import '../till/till.css';
import './shop.css';

export { tellHere } from '../push/here.ts';
export { Hold } from './hold.tsx';
export { openTill } from './open-till.ts';
export { Paying, Step } from './paying.tsx';
export { Returned } from './returned.tsx';
export { createShopActions } from './shop-actions.ts';
export { Tickets } from './tickets.tsx';
export { Turn } from './turn.tsx';
