/** Both pages in one piece: they share most of their code, and the table of pages, which everybody loads, stays short. */
export { default as EventMoney } from './event-page.tsx';
export { default as PaymentMethods } from './methods-page.tsx';
