/** "Was I counted?": a receipt against the published tree. */
import { useState } from 'preact/hooks';
import type { DrawView } from '../../server/protocol/draw.ts';
import { type Check, verifyReceipt } from '../../server/protocol/draw-verify.ts';
import { parseReceipt } from '../../server/protocol/receipt.ts';
import type { MineView } from '../../server/protocol/views.ts';
import { ApiError } from '../api.ts';
import { api, session } from '../session.ts';
import { drawTexts as texts } from '../texts/draw.ts';
import { Button, Card, Field, formatNumber, Notice } from '../ui/index.ts';
import { Checks } from './checks.tsx';
import { fetchProof, signatureCheck } from './record.ts';
import { isLate } from './verdict.ts';

interface Result {
  checks: Check[];
  number: number | null;
  /** Joined after the close: such a place is in no tree, its number follows the order of joining. */
  late: boolean;
}

/** What a receipt says; null when the text is none (the check itself then says why). */
function read(text: string): { placeId: string; joinedAtMs: number } | null {
  try {
    const { placeId, joinedAtMicros } = parseReceipt(text);
    return { placeId, joinedAtMs: joinedAtMicros / 1000 };
  } catch {
    return null;
  }
}

async function check(draw: DrawView, text: string): Promise<Result> {
  const receipt = read(text);
  const late = isLate(draw.closedAt, receipt?.joinedAtMs ?? null);
  const proof = receipt && draw.root && !late ? await fetchProof(draw.dropId, receipt.placeId) : null;
  const checks = await verifyReceipt(draw, text, proof, receipt ? await signatureCheck() : null);
  return {
    checks: late ? checks.filter((one) => one.name !== 'included') : checks,
    number: proof?.number ?? null,
    late,
  };
}

export function Receipt({ draw }: { draw: DrawView }) {
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const [error, setError] = useState<string | null>(null);

  const attempt = (work: () => Promise<void>): void => {
    setBusy(true);
    setError(null);
    work()
      .catch((failed: unknown) => {
        if (!(failed instanceof ApiError)) throw failed;
        setError(failed.message);
      })
      .finally(() => setBusy(false));
  };
  const run = (given: string): void => {
    setMissing(!given.trim());
    if (given.trim()) attempt(async () => setResult(await check(draw, given)));
  };
  const useMine = (): void =>
    attempt(async () => {
      const mine = await api.request<MineView>('GET', `/drops/${draw.dropId}/mine`);
      const receipt = mine.place?.receipt ?? '';
      setText(receipt);
      setMissing(!receipt);
      if (receipt) setResult(await check(draw, receipt));
    });

  return (
    <Card title={texts.receiptTitle}>
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!busy) run(text);
        }}
      >
        <p class="muted">{texts.receiptLead}</p>
        <Field
          label={texts.receiptLabel}
          name="receipt"
          multiline
          value={text}
          error={missing && !text.trim() ? texts.receiptMissing : null}
          onValue={setText}
        />
        <div class="cluster">
          <Button type="submit" small busy={busy} busyLabel={texts.receiptChecking}>
            {texts.receiptCheck}
          </Button>
          {session.value.status === 'known' ? (
            <Button kind="quiet" small onClick={useMine}>
              {texts.receiptMine}
            </Button>
          ) : null}
        </div>
        {error ? <Notice kind="bad">{error}</Notice> : null}
        <div role="status">
          {result ? <Checks checks={result.checks} /> : null}
          {result?.late ? <Notice>{texts.receiptLate}</Notice> : null}
          {result?.number ? (
            <Notice kind="good">
              {texts.receiptNumber(formatNumber(result.number), formatNumber(draw.placeCount ?? 0))}
            </Notice>
          ) : null}
        </div>
      </form>
    </Card>
  );
}
