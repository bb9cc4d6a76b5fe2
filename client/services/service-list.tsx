/** Every service with how it stands, for operators: what is the matter, since when, and when it is tried again. */
import type { ServiceNote } from '../../server/protocol/money.ts';
import { serviceTexts as texts } from '../texts/services.ts';
import { Tag } from '../ui/index.ts';
import { sayPaused, sinceOf } from './note.ts';
import type { ServiceNotes } from './status.ts';

const KINDS: Record<ServiceNote['state'], 'good' | 'warn' | 'bad'> = {
  available: 'good',
  degraded: 'warn',
  unavailable: 'bad',
};

export const nameOf = (service: string): string => texts.names[service] ?? service;

export function ServiceList(props: { services: ServiceNotes; now: number }) {
  return (
    <ul class="facts">
      {Object.entries(props.services).map(([service, note]) => {
        const said = sayPaused({ note, now: props.now });
        const detail = said
          ? [said.title, sinceOf(note), ...said.sentences].filter(Boolean).join(' · ')
          : null;
        return (
          <li class="row" key={service}>
            <span class="health-name">
              {nameOf(service)}
              {detail ? <span class="small muted num health-detail">{detail}</span> : null}
            </span>
            <Tag kind={KINDS[note.state]}>{texts.states[note.state]}</Tag>
          </li>
        );
      })}
    </ul>
  );
}
