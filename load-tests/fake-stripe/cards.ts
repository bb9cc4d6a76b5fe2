/**
 * Stripe's documented test cards: as `pm_card_…` they may be named anywhere a payment method may, and as
 * numbers they are what the fake's own card form takes. https://docs.stripe.com/testing
 */

export interface TestCard {
  brand: string;
  last4: string;
  funding?: string;
  /** Refused with this code, and that decline code. */
  declines?: { code: string; decline: string };
  /** The bank wants a step before it decides. */
  step?: boolean;
  /** A dispute is opened as soon as the money is taken. */
  dispute?: 'fraudulent' | 'product_not_received';
  /** How its refunds go: on their way until a control settles them, or refused after a first success. */
  refunds?: 'pending' | 'fail';
}

const declines = (decline: string, code = 'card_declined') => ({ declines: { code, decline } });

export const TEST_CARDS: Readonly<Record<string, TestCard>> = {
  pm_card_visa: { brand: 'visa', last4: '4242' },
  pm_card_visa_debit: { brand: 'visa', last4: '5556', funding: 'debit' },
  pm_card_mastercard: { brand: 'mastercard', last4: '4444' },
  pm_card_amex: { brand: 'amex', last4: '8431' },
  pm_card_discover: { brand: 'discover', last4: '9424' },
  pm_card_diners: { brand: 'diners', last4: '0004' },
  pm_card_jcb: { brand: 'jcb', last4: '0505' },
  pm_card_unionpay: { brand: 'unionpay', last4: '0005' },
  pm_card_chargeDeclined: { brand: 'visa', last4: '0002', ...declines('generic_decline') },
  pm_card_visa_chargeDeclined: { brand: 'visa', last4: '0002', ...declines('generic_decline') },
  pm_card_chargeDeclinedInsufficientFunds: {
    brand: 'visa',
    last4: '9995',
    ...declines('insufficient_funds'),
  },
  pm_card_visa_chargeDeclinedInsufficientFunds: {
    brand: 'visa',
    last4: '9995',
    ...declines('insufficient_funds'),
  },
  pm_card_visa_chargeDeclinedLostCard: { brand: 'visa', last4: '9987', ...declines('lost_card') },
  pm_card_visa_chargeDeclinedStolenCard: { brand: 'visa', last4: '9979', ...declines('stolen_card') },
  pm_card_chargeDeclinedExpiredCard: {
    brand: 'visa',
    last4: '0069',
    ...declines('expired_card', 'expired_card'),
  },
  pm_card_chargeDeclinedIncorrectCvc: {
    brand: 'visa',
    last4: '0127',
    ...declines('incorrect_cvc', 'incorrect_cvc'),
  },
  pm_card_chargeDeclinedProcessingError: {
    brand: 'visa',
    last4: '0119',
    ...declines('processing_error', 'processing_error'),
  },
  pm_card_radarBlock: { brand: 'visa', last4: '0019', ...declines('fraudulent') },
  pm_card_authenticationRequired: { brand: 'visa', last4: '3184', step: true },
  pm_card_threeDSecure2Required: { brand: 'visa', last4: '3220', step: true },
  pm_card_threeDSecureRequired: { brand: 'visa', last4: '3063', step: true },
  pm_card_createDispute: { brand: 'visa', last4: '0259', dispute: 'fraudulent' },
  pm_card_createDisputeProductNotReceived: { brand: 'visa', last4: '2685', dispute: 'product_not_received' },
  pm_card_pendingRefund: { brand: 'visa', last4: '7726', refunds: 'pending' },
  pm_card_refundFail: { brand: 'visa', last4: '5126', refunds: 'fail' },
};

/** The numbers a card form is given in place of the names above. */
export const NUMBERS: Readonly<Record<string, string>> = {
  '4242424242424242': 'pm_card_visa',
  '4000056655665556': 'pm_card_visa_debit',
  '5555555555554444': 'pm_card_mastercard',
  '378282246310005': 'pm_card_amex',
  '4000000000000002': 'pm_card_chargeDeclined',
  '4000000000009995': 'pm_card_chargeDeclinedInsufficientFunds',
  '4000002760003184': 'pm_card_authenticationRequired',
  '4000002500003155': 'pm_card_authenticationRequired',
  '4000000000003220': 'pm_card_threeDSecure2Required',
  '4000000000000259': 'pm_card_createDispute',
  '4000000000007726': 'pm_card_pendingRefund',
  '4000000000005126': 'pm_card_refundFail',
};
