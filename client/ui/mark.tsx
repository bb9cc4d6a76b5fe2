/** The mark: a holdfast, the root by which kelp grips the rock: one stem, five fingers, one stone. */
export function Mark(props: { size?: number }) {
  const size = props.size ?? 28;
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path
        d="M4.5 27.2c3.2-4.6 7-6.4 11.5-6.4s8.3 1.8 11.5 6.4a1.2 1.2 0 0 1-1 1.8H5.5a1.2 1.2 0 0 1-1-1.8Z"
        fill="currentColor"
        opacity=".28"
      />
      <g stroke="currentColor" stroke-linecap="round" stroke-width="2.6">
        <path d="M16 3c2.6 2.7 2.6 5.3 0 8s-2.6 5.3 0 8" />
        <path d="M16 17.5c-.5 3.6-3.8 4.6-8.2 8" />
        <path d="M16 17.5c-.3 3.8-2 5.2-4 8.3" />
        <path d="M16 17.5v8.8" />
        <path d="M16 17.5c.3 3.8 2 5.2 4 8.3" />
        <path d="M16 17.5c.5 3.6 3.8 4.6 8.2 8" />
      </g>
    </svg>
  );
}

export function Brand(props: { href?: string }) {
  return (
    <a class="brand" href={props.href ?? '/'}>
      <Mark />
      Holdfast
    </a>
  );
}
