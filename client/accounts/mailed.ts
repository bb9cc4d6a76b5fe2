/** The pages behind a mail's link, and the one that asks for such a mail, in one piece: the table of pages stays short. */
export { default as Forgot } from './forgot.tsx';
export { default as Reset } from './reset.tsx';
export { default as VerifyEmail } from './verify-email.tsx';
