/** Cards of the built-in bank, each with what it does. Shown only where that bank is a way to pay. */
import { tillTexts } from '../texts/till.ts';
import { Button } from '../ui/index.ts';
import { groupCard } from './ways.ts';

const { test: texts } = tillTexts;

export function TestCards(props: { onUse: (card: string) => void }) {
  return (
    <details class="fold test-cards">
      <summary>
        <span>
          {texts.title} <span class="tag warn">demo</span>
        </span>
      </summary>
      <p class="small muted">{texts.text}</p>
      <ul class="tiers">
        {texts.cards.map(([card, what]) => (
          <li class="tier row" key={card}>
            <span>
              <code>{groupCard(card)}</code>
              <br />
              <span class="small muted">{what}</span>
            </span>
            <Button kind="quiet" small label={`${texts.use}: ${what}`} onClick={() => props.onUse(card)}>
              {texts.use}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
