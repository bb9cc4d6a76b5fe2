/** Code that is fetched before it is needed, or when it is, and drawn the moment it is there. */
import { signal } from '@preact/signals';
import type { ComponentType, FunctionComponent } from 'preact';
import { Button } from '../ui/index.ts';
import { say } from './messages.ts';

export interface LazyCode<Code> {
  /** Fetched once; a fetch that failed is tried again when asked for again. */
  load(): Promise<Code>;
  /** What is there already. */
  peek(): Code | null;
  /** Draws a component of it; until it is there says so, and offers to load the page again where that failed. */
  part<Props>(name: keyof Code): FunctionComponent<Props>;
}

export function lazyCode<Code>(fetch: () => Promise<Code>): LazyCode<Code> {
  const loaded = signal<Code | null>(null);
  const failed = signal(false);
  let loading: Promise<Code> | null = null;
  const load = (): Promise<Code> => {
    loading ??= fetch().then(
      (code) => {
        loaded.value = code;
        failed.value = false;
        return code;
      },
      (error: unknown) => {
        // No network just now, or a newer version went live: the page offers to try again.
        loading = null;
        failed.value = true;
        throw error;
      },
    );
    return loading;
  };
  return {
    load,
    peek: () => loaded.peek(),
    part<Props>(name: keyof Code): FunctionComponent<Props> {
      return function Part(props: Props) {
        const Found = loaded.value?.[name] as ComponentType<Props> | undefined;
        if (Found) return <Found {...(props as Props & object)} />;
        load().catch(() => failed.value);
        if (!failed.value) return <h1 class="eyebrow">{say.loading}</h1>;
        return (
          <Button wide onClick={() => window.location.reload()}>
            {say.tryAgain}
          </Button>
        );
      };
    },
  };
}
