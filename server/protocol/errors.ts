/**
 * The one catalogue of coded errors: HTTP status, retry advice and a sentence for a person.
 * Codes are never reused for another meaning. `docs/errors.md` is checked against this table by a test.
 */
export interface CatalogueEntry {
  /** HTTP status of the answer; socket acknowledgements carry the code alone. */
  status: number;
  /** `never`: the same request will fail again. `later`: after a pause. `after-change`: once the caller changed something. */
  retry: 'never' | 'later' | 'after-change';
  /** What a person is told. */
  message: string;
}

export const ERRORS = {
  INVALID_REQUEST: {
    status: 400,
    retry: 'after-change',
    message: 'Something in this request is not right. See the named field.',
  },
  UNAUTHENTICATED: { status: 401, retry: 'after-change', message: 'Please log in first.' },
  TOKEN_INVALID: {
    status: 401,
    retry: 'after-change',
    message: 'This session is not valid. Please log in again.',
  },
  TOKEN_EXPIRED: {
    status: 401,
    retry: 'after-change',
    message: 'This session has ended. Please log in again.',
  },
  REFRESH_REUSED: {
    status: 401,
    retry: 'after-change',
    message: 'This session was used twice and has been closed to keep you safe. Please log in again.',
  },
  INVALID_CREDENTIALS: { status: 401, retry: 'after-change', message: 'E-mail or password is not right.' },
  PAYMENT_DECLINED: {
    status: 402,
    retry: 'after-change',
    message: 'The card was declined. Your tickets are still held: try another card.',
  },
  PAYMENT_RETURNED: {
    status: 409,
    retry: 'never',
    message: 'Your payment came too late for these tickets. It goes back to you in full.',
  },
  METHOD_NOT_ACCEPTED: {
    status: 409,
    retry: 'after-change',
    message: 'This event does not take that way to pay. Choose another one.',
  },
  AMOUNT_MISMATCH: {
    status: 409,
    retry: 'after-change',
    message: 'The order is for another amount than the one shown. Load it again.',
  },
  CODE_NOT_VALID: {
    status: 409,
    retry: 'after-change',
    message: 'This code is not valid here, or not at this time.',
  },
  CODE_USED_UP: { status: 409, retry: 'never', message: 'This code has been used as often as it may be.' },
  CODE_REQUIRED: {
    status: 409,
    retry: 'after-change',
    message: 'These tickets are in presale: they need a code.',
  },
  NOT_ENOUGH_POINTS: {
    status: 409,
    retry: 'after-change',
    message: 'You do not have that many points. Use fewer, or none.',
  },
  POINTS_NOT_USABLE: {
    status: 409,
    retry: 'after-change',
    message: 'Points cannot be used like that for this order.',
  },
  REFUND_REFUSED: {
    status: 409,
    retry: 'never',
    message: 'This ticket cannot be given back under the terms of this event.',
  },
  REFUND_PENDING: {
    status: 409,
    retry: 'later',
    message: 'Giving this ticket back is already under way.',
  },
  SIGNATURE_INVALID: { status: 400, retry: 'never', message: 'This message is not signed as it must be.' },
  CAPTURE_FAILED: {
    status: 402,
    retry: 'after-change',
    message: 'The payment could not be taken. Nothing was charged and the order was canceled.',
  },
  LINK_NOT_VALID: {
    status: 410,
    retry: 'never',
    message: 'This link has been used, or its time is over. Ask for a new one.',
  },
  EMAIL_NOT_VERIFIED: {
    status: 403,
    retry: 'after-change',
    message: 'Confirm your e-mail address first: the link is in the mail we sent you.',
  },
  LOGIN_NOT_RECENT: {
    status: 403,
    retry: 'after-change',
    message: 'Give your password, or log in again: this changes what opens your account.',
  },
  PASSKEY_REFUSED: {
    status: 403,
    retry: 'after-change',
    message: 'This passkey was not accepted. Try again, or log in with your password.',
  },
  FORBIDDEN: { status: 403, retry: 'never', message: 'Your account may not do this.' },
  CSRF_REFUSED: {
    status: 403,
    retry: 'after-change',
    message: 'This request did not come from our own pages and was refused.',
  },
  ORIGIN_REFUSED: { status: 403, retry: 'never', message: 'This site may not open a connection here.' },
  NOT_FOUND: { status: 404, retry: 'never', message: 'There is nothing here, or it is not yours.' },
  METHOD_NOT_ALLOWED: { status: 405, retry: 'never', message: 'This address does not take that method.' },
  EMAIL_TAKEN: {
    status: 409,
    retry: 'after-change',
    message: 'There is already an account with this e-mail.',
  },
  REQUEST_ID_REUSED: {
    status: 409,
    retry: 'after-change',
    message: 'This request id was already used for something else.',
  },
  REQUEST_IN_PROGRESS: { status: 409, retry: 'later', message: 'The same request is still being worked on.' },
  NOT_OPEN: { status: 409, retry: 'later', message: 'This sale is not open.' },
  DROP_PAUSED: { status: 409, retry: 'later', message: 'The sale is paused. Your place is kept.' },
  NO_PLACE: { status: 409, retry: 'after-change', message: 'You are not in this line. Join it first.' },
  NOT_CALLED: { status: 409, retry: 'later', message: 'Your number has not been called yet.' },
  CALL_LAPSED: {
    status: 409,
    retry: 'later',
    message: 'Your call lapsed. You are first in line for the next free turn.',
  },
  NO_TURN: { status: 409, retry: 'later', message: 'You need a turn to hold tickets.' },
  LIMIT_EXCEEDED: {
    status: 409,
    retry: 'after-change',
    message: 'That is more than one person may have in this sale.',
  },
  SOLD_OUT: { status: 409, retry: 'later', message: 'There are not that many left.' },
  SEATS_TAKEN: {
    status: 409,
    retry: 'after-change',
    message: 'Some of these seats have just gone. Nothing was held.',
  },
  ORPHAN_SEAT: {
    status: 409,
    retry: 'after-change',
    message: 'This would leave a single seat alone. Move along by one.',
  },
  NOT_TOGETHER: {
    status: 409,
    retry: 'after-change',
    message: 'There are not that many seats together. Separate ones are free.',
  },
  SEATS_REQUIRED: {
    status: 409,
    retry: 'after-change',
    message: 'These tickets have seats: choose them, or ask for the best available.',
  },
  HOLD_EXPIRED: {
    status: 410,
    retry: 'after-change',
    message: 'This hold has ended and its tickets went back.',
  },
  HOLD_PAYING: { status: 409, retry: 'later', message: 'This hold is being paid for right now.' },
  ALREADY_EXTENDED: { status: 409, retry: 'never', message: 'A hold can be extended once.' },
  NOT_EXTENDABLE: { status: 409, retry: 'never', message: 'Holds of this sale cannot be extended.' },
  ORDER_EXPIRED: {
    status: 410,
    retry: 'after-change',
    message: 'This order ran out of time and its tickets went back.',
  },
  ORDER_CLOSED: { status: 409, retry: 'never', message: 'This order can no longer be changed.' },
  ALREADY_REFUNDED: { status: 409, retry: 'never', message: 'This was already refunded.' },
  INVALID_STATE: { status: 409, retry: 'after-change', message: 'This cannot be done in its present state.' },
  EDIT_CONFLICT: {
    status: 412,
    retry: 'after-change',
    message: 'Somebody changed this in the meantime. Load it again.',
  },
  PAYLOAD_TOO_LARGE: { status: 413, retry: 'after-change', message: 'That is too large.' },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    retry: 'after-change',
    message: 'Send JSON, with the content type application/json.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    retry: 'after-change',
    message: 'This idempotency key was already used for another request.',
  },
  RATE_LIMITED: { status: 429, retry: 'later', message: 'That was too often. Wait a moment.' },
  INTERNAL: {
    status: 500,
    retry: 'later',
    message: 'Something failed on our side. Nothing was charged or lost.',
  },
  PICTURE_REFUSED: {
    status: 422,
    retry: 'after-change',
    message: 'This file cannot be taken as a picture. `reason` says why.',
  },
  PICTURE_LIMIT: {
    status: 409,
    retry: 'after-change',
    message: 'You have added as many pictures of this night as one may. Delete one to add another.',
  },
  NOT_ATTENDED: {
    status: 403,
    retry: 'later',
    message: 'Pictures are for those who were there: your ticket must have been used, or the event be over.',
  },
  UPLOAD_TIMED_OUT: { status: 408, retry: 'later', message: 'This took too long to arrive. Try again.' },
  NOT_AVAILABLE: { status: 501, retry: 'never', message: 'This is not available here.' },
  PAYMENTS_PAUSED: {
    status: 503,
    retry: 'later',
    message:
      'Payments are paused: our payment provider is not answering. Your tickets stay held; nothing was charged.',
  },
  TEMPORARILY_UNAVAILABLE: {
    status: 503,
    retry: 'later',
    message: 'One moment: we could not write this down just now. Nothing was lost.',
  },
  SCOPE_REQUIRED: {
    status: 403,
    retry: 'after-change',
    message: 'The app was not allowed to do this.',
  },
  DRAINING: {
    status: 503,
    retry: 'later',
    message: 'This server is closing; your connection moves to another one.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(ERRORS, code);

/** The body of every HTTP error and the `error` member of every refused acknowledgement. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  details?: Record<string, unknown>;
}

export function errorBody(refusal: {
  code: ErrorCode;
  message?: string;
  details?: Record<string, unknown>;
}): ErrorBody {
  return {
    code: refusal.code,
    message: refusal.message ?? ERRORS[refusal.code].message,
    ...(refusal.details ? { details: refusal.details } : {}),
  };
}
