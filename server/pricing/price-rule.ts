/**
 * How a tier's price moves by itself (rules C40 to C44): steps by time or by the share sold, between a floor and a cap.
 * Off unless enabled. Workers follow it (rule-price.function.sql says what is due); what is held keeps its price.
 */
import { type Static, Type } from 'typebox';
import { instant } from '../kernel/index.ts';
import { LIMITS } from '../limits.ts';
import { ok, type PriceRuleView, type Result, refuse } from '../protocol/index.ts';
import { type Ledger, statement } from '../stores/index.ts';
import type { Account } from '../transport/index.ts';
import { changeableTier, ownTier, refusable } from './owned.ts';

const Cents = Type.Integer({ minimum: 0, maximum: 100_000_000 });
const strict = { additionalProperties: false } as const;

export const PriceRuleBody = Type.Object(
  {
    /** Before the first step; left out: what the tier costs now. */
    basePriceCents: Type.Optional(Cents),
    floorCents: Cents,
    capCents: Cents,
    /** In order. Each has a time or a share of the tier, in basis points. */
    steps: Type.Array(
      Type.Object(
        {
          at: Type.Optional(Type.String({ format: 'date-time', maxLength: 40 })),
          soldBp: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
          priceCents: Cents,
        },
        strict,
      ),
      { maxItems: 50 },
    ),
    enabled: Type.Boolean(),
  },
  strict,
);
export type PriceRuleBody = Static<typeof PriceRuleBody>;
type Rule = Required<PriceRuleBody>;

const wrong = (field: string, message: string) => refuse('INVALID_REQUEST', { field }, message);

/** The rule with its times in UTC; pure (rule C41). */
export function judgeRule(rule: Rule): Result<Rule> {
  const { basePriceCents, floorCents, capCents } = rule;
  if (floorCents > capCents) return wrong('capCents', 'The cap is not below the floor.');
  if (basePriceCents < floorCents || basePriceCents > capCents)
    return wrong('basePriceCents', 'The first price is between floor and cap.');
  let last = { at: Number.NEGATIVE_INFINITY, soldBp: -1 };
  const steps: Rule['steps'] = [];
  for (const [i, step] of rule.steps.entries()) {
    const { at, soldBp, priceCents } = step;
    if ((at === undefined) === (soldBp === undefined))
      return wrong(`steps/${i}`, 'A step has a time or a share sold: one of the two.');
    if (priceCents < floorCents || priceCents > capCents)
      return wrong(`steps/${i}/priceCents`, 'Every price is between floor and cap.');
    if (soldBp !== undefined) {
      if (soldBp <= last.soldBp)
        return wrong(`steps/${i}/soldBp`, 'Steps come in order: a larger share each.');
      last = { ...last, soldBp };
      steps.push({ soldBp, priceCents });
    } else {
      const time = instant(at as string)?.getTime();
      if (time === undefined) return wrong(`steps/${i}/at`, 'This is not a date and time.');
      if (time <= last.at) return wrong(`steps/${i}/at`, 'Steps come in order: a later time each.');
      last = { ...last, at: time };
      steps.push({ at: new Date(time).toISOString(), priceCents });
    }
  }
  return ok({ ...rule, steps });
}

const READ = statement(
  'price_rule_read',
  `select base_cents as "basePriceCents", floor_cents as "floorCents", cap_cents as "capCents", steps, enabled
     from ticketing.price_rules where tier_id = $1`,
);
const WRITE = statement(
  'price_rule_write',
  `insert into ticketing.price_rules (tier_id, base_cents, floor_cents, cap_cents, steps, enabled) values ($1, $2, $3, $4, $5, $6)
   on conflict (tier_id) do update set base_cents = excluded.base_cents, floor_cents = excluded.floor_cents,
     cap_cents = excluded.cap_cents, steps = excluded.steps, enabled = excluded.enabled, updated_at = now()`,
);
const DELETE = statement('price_rule_delete', 'delete from ticketing.price_rules where tier_id = $1');
const LOCK = statement(
  'price_rule_lock_tier',
  'select price_cents as "priceCents" from ticketing.ticket_tiers where id = $1 for no key update',
);
const FOLLOW = statement('price_rule_follow', 'select ticketing.follow_rule($1, $2) as changed');
/** The range is shown while a rule is enabled, also where it changes nothing yet. */
const SHOW_RANGE = statement('price_rule_range', `select ticketing.price_tier($1, null, 'rule', $2)`);
const DUE = statement(
  'price_rules_due',
  `select t.id from ticketing.price_rules r join ticketing.ticket_tiers t on t.id = r.tier_id
     join events.events e on e.id = t.event_id
    where r.enabled and e.status = 'published' and e.start_at > now() and t.price_cents <> ticketing.rule_price(t.id)
      and not exists (select from ticketing.drops d where d.event_id = e.id and d.phase in ('ended', 'canceled'))
    order by t.id limit $1`,
);

export interface PriceRules {
  read(account: Account, tierId: string): Promise<Result<PriceRuleView>>;
  put(account: Account, tierId: string, body: PriceRuleBody): Promise<Result<PriceRuleView>>;
  /** The price stays where the rule took it. */
  remove(account: Account, tierId: string): Promise<Result<PriceRuleView>>;
  /** Takes tiers to the prices that are due; any number of workers may. Resolves with how many it changed. */
  followDue(): Promise<number>;
}

export function createPriceRules(ledger: Ledger): PriceRules {
  const none = (tierId: string, priceCents: number): PriceRuleView => ({
    tierId,
    basePriceCents: priceCents,
    floorCents: priceCents,
    capCents: priceCents,
    steps: [],
    enabled: false,
  });

  return {
    read: (account, tierId) =>
      refusable(async () => {
        const tier = await ownTier(ledger.reads, account, tierId);
        const rule = await ledger.reads.one<Omit<PriceRuleView, 'tierId'>>(READ, [tier.id]);
        return ok(rule ? { tierId: tier.id, ...rule } : none(tier.id, tier.priceCents));
      }),

    put: (account, tierId, body) =>
      refusable(() =>
        ledger.payments.transaction(async (tx) => {
          const { id } = await changeableTier(tx, account, tierId);
          const { priceCents } = (await tx.one<{ priceCents: number }>(LOCK, [id])) as { priceCents: number };
          const judged = judgeRule({ ...body, basePriceCents: body.basePriceCents ?? priceCents });
          if (!judged.ok) return judged;
          const { basePriceCents, floorCents, capCents, steps, enabled } = judged.value;
          await tx.all(WRITE, [id, basePriceCents, floorCents, capCents, JSON.stringify(steps), enabled]);
          await tx.all(FOLLOW, [id, account.id]);
          await tx.all(SHOW_RANGE, [id, account.id]);
          return ok({ tierId: id, ...judged.value });
        }),
      ),

    remove: (account, tierId) =>
      refusable(() =>
        ledger.payments.transaction(async (tx) => {
          const { id } = await changeableTier(tx, account, tierId);
          const { priceCents } = (await tx.one<{ priceCents: number }>(LOCK, [id])) as { priceCents: number };
          await tx.all(DELETE, [id]);
          await tx.all(SHOW_RANGE, [id, account.id]);
          return ok(none(id, priceCents));
        }),
      ),

    async followDue() {
      const due = await ledger.reads.all<{ id: string }>(DUE, [LIMITS.followRulesMax]);
      let changed = 0;
      for (const { id } of due)
        if ((await ledger.payments.one<{ changed: boolean }>(FOLLOW, [id, null]))?.changed) changed++;
      return changed;
    },
  };
}
