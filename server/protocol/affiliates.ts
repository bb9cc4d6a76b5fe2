/** Affiliates: who sends fans to a vendor's sales. */

/** What a code may be; letter case does not count. */
export const AFFILIATE_CODE = /^[A-Za-z0-9][A-Za-z0-9_-]{2,31}$/;

/** So long after a click by somebody's link an order still counts as theirs. */
export const VIA_DAYS = 30;

/** So many of the last clicks are kept and sent: codes are a vendor's own, and the server heeds the last that is of the sale's. */
export const VIA_CODES_MAX = 5;
