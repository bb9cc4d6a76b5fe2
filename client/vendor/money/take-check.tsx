/** Whether an event takes a way to pay: ticked, it is asked at once; a refusal stands beside it and the tick goes back. */
import { useState } from 'preact/hooks';
import type { PaymentMethodView } from '../../../server/protocol/money.ts';
import { ApiError } from '../../api.ts';
import { Check } from './choose.tsx';
import { takeMethod } from './take-method.ts';

export function TakeCheck(props: {
  method: PaymentMethodView;
  eventId: string;
  label: string;
  onDone: (method: PaymentMethodView, taken: boolean) => void;
}) {
  const { method, eventId } = props;
  const [asked, setAsked] = useState<boolean | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const taken = method.eventIds.includes(eventId);

  async function ask(take: boolean): Promise<void> {
    setAsked(take);
    setProblem(null);
    try {
      props.onDone(await takeMethod(eventId, method.id, take), take);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setProblem(error.message);
    } finally {
      setAsked(null);
    }
  }

  return (
    <>
      <Check
        label={props.label}
        checked={asked ?? taken}
        disabled={asked !== null}
        onChecked={(take) => void ask(take)}
      />
      {problem ? (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      ) : null}
    </>
  );
}
