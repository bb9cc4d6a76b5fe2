/**
 * `npm run fake-stripe`: a Stripe of one's own until Ctrl-C. Options: --port 12111, --host, --journal <file>, --seed <any>,
 * --webhook <url> (where this installation takes webhooks; its secret is printed).
 */
import { parseArgs } from 'node:util';
import { DEFAULT_KEY } from './control.ts';
import { startFakeStripe } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '12111' },
    host: { type: 'string', default: '127.0.0.1' },
    journal: { type: 'string' },
    seed: { type: 'string', default: '1' },
    webhook: { type: 'string' },
    'webhook-secret': { type: 'string' },
  },
});

const fake = await startFakeStripe({
  port: Number(values.port),
  host: values.host,
  seed: values.seed,
  ...(values.journal ? { journal: values.journal } : {}),
});
// Whoever started it as a child process waits for this line.
process.stdout.write(`fake Stripe on ${fake.url}\n`);
process.stdout.write(
  `  STRIPE_SECRET_KEY=${DEFAULT_KEY} STRIPE_PUBLISHABLE_KEY=pk_test_fake STRIPE_API_BASE=${fake.url} npm start\n`,
);
if (values.webhook) {
  const [known] = fake.control.webhooks.endpoints().filter((e) => e.url === values.webhook);
  const secret = values['webhook-secret'];
  const { secrets } = known ?? fake.control.webhook({ url: values.webhook, ...(secret ? { secret } : {}) });
  process.stdout.write(`  webhooks to ${values.webhook}, STRIPE_WEBHOOK_SECRET=${secrets[0]}\n`);
}

const stop = () => void fake.close().then(() => process.exit(0));
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
