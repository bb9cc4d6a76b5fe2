import { seeded } from '../ui/index.ts';

const COUNT = 26;
const KINDS = ['kelp', 'sand', 'turn'] as const;

/** One breath of kelp blades, once, when tickets are really theirs. Nothing moves for those who asked for calm. */
export function Petals() {
  const random = seeded('petals');
  return (
    <span class="petals" aria-hidden="true">
      {Array.from({ length: COUNT }, (_, index) => {
        const angle = (index / COUNT) * 2 * Math.PI + random() * 0.4;
        const reach = 60 + random() * 130;
        return (
          <i
            key={index}
            class={KINDS[index % KINDS.length]}
            style={{
              '--x': `${Math.round(Math.cos(angle) * reach)}px`,
              '--y': `${Math.round(Math.sin(angle) * reach * 0.7 - 40)}px`,
              '--spin': `${Math.round(random() * 540 - 270)}deg`,
              animationDelay: `${Math.round(random() * 160)}ms`,
            }}
          />
        );
      })}
    </span>
  );
}
