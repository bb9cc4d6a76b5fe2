/** Choosing a picture: from what is there, or with the camera of a phone; shown at once, before anything is sent. */
import { useEffect, useState } from 'preact/hooks';
import { pictureTexts as texts } from '../texts/pictures.ts';
import { classes, Notice } from '../ui/index.ts';
import { ACCEPT, problemWith } from './send.ts';

export interface Chosen {
  file: File;
  /** Of this page's own, for the preview. */
  url: string;
}

/** The chosen file, and an address to show it by that lives as long as it is chosen. */
export function useChosen() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => () => void (chosen && URL.revokeObjectURL(chosen.url)), [chosen]);
  return {
    chosen,
    problem,
    choose(file: File | undefined): void {
      if (!file) return;
      const wrong = problemWith(file);
      setProblem(wrong);
      setChosen(wrong ? null : { file, url: URL.createObjectURL(file) });
    },
    clear(): void {
      setChosen(null);
      setProblem(null);
    },
    setProblem,
  };
}

function Choice(props: {
  label: string;
  camera?: boolean;
  quiet?: boolean;
  onFile: (file: File | undefined) => void;
}) {
  return (
    <label
      class={classes('button', 'file-choice', props.quiet ? 'quiet' : 'primary', props.camera && 'by-camera')}
    >
      {props.label}
      <input
        type="file"
        class="sr"
        accept={ACCEPT}
        {...(props.camera ? { capture: 'environment' as const } : {})}
        onChange={(event) => {
          props.onFile(event.currentTarget.files?.[0]);
          // The same one again is a choice, too.
          event.currentTarget.value = '';
        }}
      />
    </label>
  );
}

export function FileChoice({
  of,
}: {
  of: Pick<ReturnType<typeof useChosen>, 'chosen' | 'problem' | 'choose'>;
}) {
  return (
    <div class="stack-s">
      {of.chosen ? <img class="picture-preview" src={of.chosen.url} alt={texts.preview} /> : null}
      <div class="picture-choices">
        <Choice
          label={of.chosen ? texts.another : texts.choose}
          quiet={of.chosen !== null}
          onFile={of.choose}
        />
        {of.chosen ? null : <Choice label={texts.camera} camera quiet onFile={of.choose} />}
      </div>
      {of.chosen ? null : <p class="tiny muted">{texts.kinds}</p>}
      {of.problem ? <Notice kind="bad">{of.problem}</Notice> : null}
    </div>
  );
}

/** How far it is; once all is sent, that the server is at work. */
export function Share({ share }: { share: number }) {
  const percent = Math.floor(share * 100);
  return (
    <div class="stack-s" role="status">
      <progress
        class="picture-progress"
        max={100}
        value={share < 1 ? percent : undefined}
        aria-label={texts.progress}
      />
      <p class="small muted num">{share < 1 ? texts.sending(percent) : texts.working}</p>
    </div>
  );
}
