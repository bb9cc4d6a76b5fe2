/** An event's own picture; without one, or while it cannot be loaded, the drawn one. */
import { useState } from 'preact/hooks';
import { Art, classes } from '../ui/index.ts';
import './cover.css';

export function Cover(props: {
  event: { id: string; imageUrl?: string | null };
  /** In a list: the small one is enough. */
  small?: boolean;
  class?: string;
}) {
  const { id, imageUrl } = props.event;
  const [failed, setFailed] = useState<string | null>(null);
  if (!imageUrl || failed === imageUrl) return <Art id={id} class={props.class ?? ''} />;
  return (
    <span class={classes('art', props.class)}>
      <img
        class="cover"
        src={props.small ? `${imageUrl}/small` : imageUrl}
        alt=""
        loading={props.small ? 'lazy' : 'eager'}
        decoding="async"
        onError={() => setFailed(imageUrl)}
      />
    </span>
  );
}
