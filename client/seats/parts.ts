/** Everything about seats, as one piece of code: fetched when somebody wants to see or choose them. */
export { SeatsOfHold } from './held.tsx';
export { closeHouses, houseOf, type SeatHouse } from './house.ts';
export { EventSeats, PeekSeats } from './peek.tsx';
export { SeatTurn } from './turn.tsx';
