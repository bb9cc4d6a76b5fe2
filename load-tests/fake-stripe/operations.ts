/**
 * The API, call by call: method, path, the name controls know it by, the parameters it takes. A parameter Stripe would
 * not know is refused, so that a misspelt one is found here and not in production.
 */

import { retrieveCharge } from './charges.ts';
import { closeDispute, readDispute } from './disputes.ts';
import type { Params } from './form.ts';
import { type Call, expand, need } from './house.ts';
import {
  cancelIntent,
  captureIntent,
  confirmIntent,
  createIntent,
  readIntent,
  updateIntent,
} from './intents.ts';
import {
  balance,
  listCharges,
  listDisputes,
  listEvents,
  listIntents,
  listMethods,
  listRefunds,
  ownAccount,
  searchIntents,
} from './lists.ts';
import {
  attachMethod,
  confirmSetup,
  createCustomer,
  createMethod,
  createSetup,
  createToken,
  detachMethod,
  retrieveCustomer,
  retrieveMethod,
  retrieveSetup,
  retrieveToken,
} from './payment-methods.ts';
import { cancelRefund, createRefund, readRefund } from './refunds.ts';
import { badParameter, Refusal } from './refusal.ts';
import type { StripeEvent } from './things.ts';

export interface Operation {
  /** `payment_intents.confirm`: what faults are aimed at. */
  name: string;
  method: 'GET' | 'POST' | 'DELETE';
  path: RegExp;
  takes: readonly string[];
  run(call: Call): object;
}

const PAGING = ['limit', 'starting_after', 'ending_before', 'created'];

function op(name: string, route: string, takes: string, run: (call: Call) => object): Operation {
  const [method, path] = route.split(' ') as [Operation['method'], string];
  const pattern = path.replaceAll(':id', '([A-Za-z0-9_]+)');
  return {
    name,
    method,
    path: new RegExp(`^/v1/${pattern}$`),
    takes: ['expand', ...takes.split(' ').filter(Boolean)],
    run,
  };
}

const INTENT =
  'customer description metadata setup_future_usage allowed_payment_method_types receipt_email statement_descriptor_suffix';
const CONFIRM =
  'payment_method confirmation_token return_url use_stripe_sdk setup_future_usage off_session amount_to_confirm error_on_requires_action mandate_data payment_method_options';

export const OPERATIONS: readonly Operation[] = [
  op('payment_intents.search', 'GET payment_intents/search', 'query limit page', searchIntents),
  op(
    'payment_intents.create',
    'POST payment_intents',
    `amount currency capture_method confirm automatic_payment_methods confirmation_method ${INTENT} ${CONFIRM}`,
    createIntent,
  ),
  op('payment_intents.list', 'GET payment_intents', `customer ${PAGING.join(' ')}`, listIntents),
  op('payment_intents.retrieve', 'GET payment_intents/:id', 'client_secret', readIntent),
  op('payment_intents.update', 'POST payment_intents/:id', `amount currency ${INTENT}`, updateIntent),
  op('payment_intents.confirm', 'POST payment_intents/:id/confirm', CONFIRM, confirmIntent),
  op(
    'payment_intents.capture',
    'POST payment_intents/:id/capture',
    'amount_to_capture final_capture metadata statement_descriptor_suffix',
    captureIntent,
  ),
  op('payment_intents.cancel', 'POST payment_intents/:id/cancel', 'cancellation_reason', cancelIntent),
  op('payment_methods.create', 'POST payment_methods', 'type card billing_details metadata', createMethod),
  op('payment_methods.list', 'GET payment_methods', `customer type ${PAGING.join(' ')}`, listMethods),
  op('payment_methods.retrieve', 'GET payment_methods/:id', '', retrieveMethod),
  op('payment_methods.attach', 'POST payment_methods/:id/attach', 'customer', attachMethod),
  op('payment_methods.detach', 'POST payment_methods/:id/detach', '', detachMethod),
  op(
    'confirmation_tokens.create',
    'POST test_helpers/confirmation_tokens',
    'payment_method payment_method_data return_url setup_future_usage',
    createToken,
  ),
  op('confirmation_tokens.retrieve', 'GET confirmation_tokens/:id', '', retrieveToken),
  op('customers.create', 'POST customers', 'email name description metadata', createCustomer),
  op('customers.retrieve', 'GET customers/:id', '', retrieveCustomer),
  op(
    'customers.payment_methods',
    'GET customers/:id/payment_methods',
    `type ${PAGING.join(' ')}`,
    listMethods,
  ),
  op(
    'setup_intents.create',
    'POST setup_intents',
    'customer usage allowed_payment_method_types metadata description automatic_payment_methods',
    createSetup,
  ),
  op('setup_intents.retrieve', 'GET setup_intents/:id', 'client_secret', retrieveSetup),
  op(
    'setup_intents.confirm',
    'POST setup_intents/:id/confirm',
    'payment_method confirmation_token return_url use_stripe_sdk',
    confirmSetup,
  ),
  op('refunds.create', 'POST refunds', 'charge payment_intent amount reason metadata', createRefund),
  op('refunds.list', 'GET refunds', `charge payment_intent ${PAGING.join(' ')}`, listRefunds),
  op('refunds.retrieve', 'GET refunds/:id', '', readRefund),
  op('refunds.cancel', 'POST refunds/:id/cancel', '', cancelRefund),
  op('charges.list', 'GET charges', `customer payment_intent ${PAGING.join(' ')}`, listCharges),
  op('charges.retrieve', 'GET charges/:id', '', retrieveCharge),
  op('disputes.list', 'GET disputes', `charge payment_intent ${PAGING.join(' ')}`, listDisputes),
  op('disputes.retrieve', 'GET disputes/:id', '', readDispute),
  op('disputes.close', 'POST disputes/:id/close', '', closeDispute),
  op('events.list', 'GET events', `type types ${PAGING.join(' ')}`, listEvents),
  op('events.retrieve', 'GET events/:id', '', (call) =>
    need<StripeEvent>(call, 'event', call.ids[0] as string),
  ),
  op('account.retrieve', 'GET account', '', ownAccount),
  op('balance.retrieve', 'GET balance', '', balance),
];

/** @throws Refusal 404 for what this fake does not have */
export function findOperation(method: string, path: string): { operation: Operation; ids: string[] } {
  for (const operation of OPERATIONS) {
    const match = operation.method === method ? operation.path.exec(path) : null;
    if (match) return { operation, ids: match.slice(1) };
  }
  throw new Refusal(
    404,
    {
      type: 'invalid_request_error',
      message: `Unrecognized request URL (${method}: ${path}). The fake Stripe has what load-tests/fake-stripe/operations.ts lists.`,
    },
    false,
  );
}

function checkNames(operation: Operation, given: Params): void {
  for (const name of Object.keys(given))
    if (!operation.takes.includes(name))
      throw badParameter(name, `Received unknown parameter: ${name}`, 'parameter_unknown');
}

export function runOperation(operation: Operation, call: Call): object {
  checkNames(operation, call.params);
  checkNames(operation, call.query);
  return expand(call, operation.run(call));
}
