import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Accounts, createAccounts } from '../accounts/index.ts';
import type { Delivery } from './index.ts';
import { type DeliveryWorld, deliveryWorld, type MailRow, readMail } from './testing.ts';

let it: DeliveryWorld;
let accounts: Accounts;
let delivery: Delivery;
const NAME = 'Visit http://evil.example now';
let count = 0;

beforeAll(async () => {
  it = await deliveryWorld();
  const config = it.world.config({ HOLDFAST_ORIGINS: 'https://tickets.example' });
  accounts = createAccounts({ ...it.world, config });
  delivery = it.deliver({ linkOf: accounts.linkOf });
});
afterAll(() => it.close());

async function registered() {
  const email = `mail-${++count}@example.test`;
  const made = await accounts.register({
    email,
    password: 'Correct-horse-9-battery',
    name: NAME,
    role: 'user',
  });
  if (!made.ok) throw new Error(made.error.code);
  return made.value;
}
const mailsTo = (address: string) =>
  it.sql<MailRow & { to_name: string }>('select * from delivery.mails where to_address = $1 order by id', [
    address,
  ]);
const LINK = /https:\/\/tickets\.example\/verify-email#hfl_[\w-]{43}/g;

test('M60: of a letter there is one mail however often it is told, and an unproven address hears no name', async () => {
  const { email } = await registered();
  const rows = await it.sql<{ payload: unknown }>(
    `delete from ticketing.outbox where topic = 'account.letter' returning payload`,
  );
  await Promise.all(
    [...rows, ...rows, ...rows].map(({ payload }) => delivery.jobs['account.letter']?.(payload)),
  );
  await delivery.sendDue();
  const [mail, ...more] = await mailsTo(email);
  expect(more).toEqual([]);
  expect(mail).toMatchObject({ kind: 'verify_email', status: 'sent', to_name: '', attachments: [] });
  expect(mail?.raw?.toString()).not.toContain('evil.example');
  const message = await readMail(mail?.raw as Buffer);
  expect(message.to).toEqual([{ name: '', address: email }]);
  expect(message.attachments).toEqual([]);
});

test('M60: every kind of letter is told in words of its own, and a proven one by name', async () => {
  const { id, email } = await registered();
  const kinds = ['email_changing', 'email_changed', 'password_changed', 'passkey_added', 'passkey_frozen'];
  for (const kind of kinds)
    await it.sql(
      `insert into accounts.letters (id, user_id, kind, to_address, detail) values ($1, $2, $3, $4, 'New <b>one</b>')`,
      [it.world.ids.next(), id, kind, email],
    );
  const letters = await it.sql<{ id: string }>('select id from accounts.letters where user_id = $1', [id]);
  for (const letter of letters) await delivery.jobs['account.letter']?.({ letterId: letter.id });
  while ((await delivery.sendDue()).sent > 0);
  const mails = await mailsTo(email);
  expect(new Set(mails.map((mail) => mail.subject)).size).toBe(kinds.length + 1);
  for (const mail of mails.filter(({ kind }) => kind !== 'verify_email')) {
    const message = await readMail(mail.raw as Buffer);
    expect(message.text).toContain(`Hello ${NAME}`);
    expect(message.html).not.toContain('<b>one</b>');
    expect(message.text).not.toContain('hfl_');
  }
});

test('M61: the link is the same in text, HTML and every copy, and it works; a used one is not sent', async () => {
  const { email } = await registered();
  await it.runJobs(delivery);
  await delivery.sendDue();
  const linksOf = async () => {
    const [mail] = await mailsTo(email);
    const message = await readMail(mail?.raw as Buffer);
    return [...(message.text?.match(LINK) ?? []), ...(message.html?.match(LINK) ?? [])];
  };
  const again = () =>
    it.sql(`update delivery.mails set status = 'queued', try_at = now() where to_address = $1`, [email]);
  const links = await linksOf();
  expect(links.length).toBeGreaterThan(1);
  expect(new Set(links).size).toBe(1);
  await again();
  await delivery.sendDue();
  expect(await linksOf()).toEqual(links);
  const secret = new URL(links[0] ?? '').hash.slice(1);
  expect(await accounts.email.verify(secret)).toEqual({ ok: true, value: { email } });
  await again();
  await delivery.sendDue();
  expect((await mailsTo(email))[0]).toMatchObject({
    status: 'failed',
    failure: expect.stringContaining('is over'),
  });
});

test('M62: a mail that a mail server has is shown without its link; one kept here as it was sent', async () => {
  const { id, email } = await registered();
  const gone: string[] = [];
  const away = it.deliver({
    linkOf: accounts.linkOf,
    transport: {
      keeps: false,
      send: async ({ raw }) => void gone.push(raw.toString()),
      probe: async () => undefined,
      close: () => undefined,
    },
  });
  await it.runJobs(away);
  await away.sendDue();
  const sent = gone.find((raw) => raw.includes(email)) ?? '';
  expect((await readMail(Buffer.from(sent))).text).toMatch(LINK);
  const [mail] = await mailsTo(email);
  const shown = await away.mails.read(id, mail?.id ?? '');
  if (!shown.ok) throw new Error(shown.error.code);
  expect(JSON.stringify(shown.value)).not.toContain('hfl_');
  expect(shown.value.text).toContain('The link is in the mail itself only.');

  const here = await registered();
  await it.runJobs(delivery);
  await delivery.sendDue();
  const [kept] = await mailsTo(here.email);
  const read = await delivery.mails.read(here.id, kept?.id ?? '');
  if (!read.ok) throw new Error(read.error.code);
  expect(read.value.text).toMatch(LINK);
});
