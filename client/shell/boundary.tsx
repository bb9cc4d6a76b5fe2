/** Keeps a page's surprise from taking the whole document down, and tells the reader what is safe. */
import { Component, type ComponentChildren, type ErrorInfo } from 'preact';
import { shellTexts as texts } from '../texts/shell.ts';
import { Button } from '../ui/index.ts';
import { Sentence } from './states.tsx';

interface Props {
  children: ComponentChildren;
  /** Another page: start afresh. */
  visit: number;
}

interface State {
  error: Error | null;
  visit: number;
}

export class Boundary extends Component<Props, State> {
  override state: State = { error: null, visit: this.props.visit };

  static override getDerivedStateFromProps(props: Props, state: State): State {
    return props.visit === state.visit ? state : { error: null, visit: props.visit };
  }

  override componentDidCatch(error: Error, _info: ErrorInfo): void {
    this.setState({ error, visit: this.props.visit });
    // The browser's console is where whoever looks into it will look.
    reportError(error);
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div class="page" role="alert">
        <Sentence
          title={texts.crashTitle}
          text={texts.crashText}
          actions={
            <>
              <Button onClick={() => window.location.reload()}>{texts.reload}</Button>
              <Button kind="quiet" href="/">
                {texts.toEvents}
              </Button>
            </>
          }
        />
      </div>
    );
  }
}
