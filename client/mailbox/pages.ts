/** Both pages in one piece: they share most of their code, and the table of pages, which everybody loads, stays short. */
export { default as Mailbox } from './list.tsx';
export { default as Mail } from './mail.tsx';
