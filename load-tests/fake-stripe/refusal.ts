/** Stripe's errors: `{ error: { type, code, message, param, … } }` under the status the official SDK reads them by. */

export interface ErrorBody {
  type: 'invalid_request_error' | 'card_error' | 'api_error' | 'idempotency_error' | 'rate_limit_error';
  message: string;
  code?: string;
  decline_code?: string;
  param?: string;
  charge?: string;
  payment_intent?: object;
  payment_method?: object;
  setup_intent?: object;
  doc_url?: string;
}

export class Refusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /**
   * Whether the answer is remembered under an idempotency key. As at Stripe, a request that was refused before it
   * began (its parameters, its key, its rate) is not.
   */
  readonly remembered: boolean;
  constructor(status: number, body: ErrorBody, remembered = true) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.remembered = remembered;
  }
}

const doc = (code: string) => `https://docs.stripe.com/error-codes/${code.replaceAll('_', '-')}`;

/** A parameter is wrong: nothing was begun. */
export const badParameter = (param: string, message: string, code = 'parameter_invalid'): Refusal =>
  new Refusal(400, { type: 'invalid_request_error', code, message, param, doc_url: doc(code) }, false);
export const missing = (param: string): Refusal =>
  badParameter(param, `Missing required param: ${param}.`, 'parameter_missing');
export const noSuch = (what: string, id: string, param = 'id', status = 404): Refusal =>
  new Refusal(
    status,
    {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such ${what}: '${id}'`,
      param,
      doc_url: doc('resource_missing'),
    },
    false,
  );
/** The object's state does not allow it. */
export const unexpected = (code: string, message: string, more: Partial<ErrorBody> = {}): Refusal =>
  new Refusal(400, { type: 'invalid_request_error', code, message, doc_url: doc(code), ...more });
export const apiError = (status = 500): Refusal =>
  new Refusal(status, {
    type: 'api_error',
    message: 'An unknown error occurred. (Made to happen in the fake Stripe.)',
  });
export const tooMany = (): Refusal =>
  new Refusal(
    429,
    { type: 'rate_limit_error', code: 'rate_limit', message: 'Too many requests hit the API too quickly.' },
    false,
  );
