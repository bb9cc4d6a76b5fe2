/**
 * npm run verify-draw -- <dropId> [--url http://127.0.0.1:3000] [--receipt <receipt>]
 *
 * Recomputes a draw from what its server makes public, and nothing else (docs/draw.md). Prints every check. Exit code 0: all that could be
 * checked holds; 1: something does not; 2: it could not be read.
 */
import { spawnSync } from 'node:child_process';
import { createPublicKey, verify } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = 'Usage: npm run verify-draw -- <dropId> [--url http://127.0.0.1:3000] [--receipt <receipt>]';
const say = (line) => process.stdout.write(`${line}\n`);

// The verifier is TypeScript, which the pinned Node 22 runs as it is.
if (Number(process.versions.node.split('.')[0]) < 22) {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  const again = spawnSync(node, process.argv.slice(1), { stdio: 'inherit' });
  process.exit(again.status ?? 2);
}

function options() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { url: { type: 'string' }, receipt: { type: 'string' } },
    });
    const [dropId, ...more] = positionals;
    if (!dropId || more.length > 0) throw new TypeError('name one drop');
    return {
      dropId,
      url: (values.url ?? 'http://127.0.0.1:3000').replace(/\/$/, ''),
      receipt: values.receipt,
    };
  } catch (err) {
    say(`${err.message}\n${USAGE}`);
    return process.exit(2);
  }
}

async function get(url) {
  const response = await fetch(url);
  if (!response.ok) {
    const body = await response.json().catch(() => null);
    throw new Error(
      `${url} answered ${response.status}${body?.error ? ` ${body.error.code}: ${body.error.message}` : ''}`,
    );
  }
  return response;
}

async function places(base) {
  const text = await (await get(`${base}/draw/places`)).text();
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Ed25519 under the server's published keys for receipts. */
async function signatures(url) {
  const { keys } = await (await get(`${url}/.well-known/jwks.json`)).json();
  return async (keyId, signed, signature) => {
    const jwk = keys.find((key) => key.kid === keyId && keyId.startsWith('receipt-'));
    return jwk !== undefined && verify(null, signed, createPublicKey({ key: jwk, format: 'jwk' }), signature);
  };
}

async function proof(base, placeId) {
  const response = await fetch(`${base}/draw/proof?placeId=${placeId}`);
  return response.ok ? response.json() : null;
}

async function run({ dropId, url, receipt }) {
  const { verifyDraw, verifyReceipt } = await import('../server/protocol/draw-verify.ts');
  const { parseReceipt } = await import('../server/protocol/receipt.ts');
  const base = `${url}/drops/${encodeURIComponent(dropId)}`;
  const draw = await (await get(`${base}/draw`)).json();
  say(`Drop ${draw.dropId}, ${draw.phase}${draw.drawnAt ? `, drawn ${draw.drawnAt}` : ''}`);
  if (!draw.hasLine) {
    say(draw.claim);
    return true;
  }
  const checks = await verifyDraw(draw, await places(base));
  if (receipt) {
    let placeId = '';
    try {
      placeId = parseReceipt(receipt).placeId;
    } catch {
      // verifyReceipt says what is wrong with it.
    }
    checks.push(
      ...(await verifyReceipt(
        draw,
        receipt,
        placeId ? await proof(base, placeId) : null,
        await signatures(url),
      )),
    );
  }
  for (const check of checks) {
    const mark = check.passed === null ? '  --  ' : check.passed ? '  ok  ' : ' FAIL ';
    say(`[${mark}] ${check.title}\n         ${check.detail}`);
  }
  say(draw.claim);
  return checks.every((check) => check.passed !== false);
}

const asked = options();
try {
  process.exitCode = (await run(asked)) ? 0 : 1;
} catch (err) {
  say(`The draw could not be read: ${err.cause?.message ?? err.message}`);
  process.exitCode = 2;
}
