/** Stores and services, each with what it says about itself. */
import { operatorTexts as texts } from '../texts/operator.ts';
import { Tag } from '../ui/index.ts';
import type { HealthEntry, Service } from './shapes.ts';

const KINDS: Record<Service, 'good' | 'warn' | 'bad'> = { up: 'good', degraded: 'warn', down: 'bad' };

export function Health({ services }: { services: readonly HealthEntry[] }) {
  return (
    <ul class="facts">
      {services.map((service) => (
        <li class="row" key={service.name}>
          <span>
            {service.name}
            {service.detail ? <span class="small muted num health-detail">{service.detail}</span> : null}
          </span>
          <Tag kind={KINDS[service.state]}>{texts[service.state]}</Tag>
        </li>
      ))}
    </ul>
  );
}
