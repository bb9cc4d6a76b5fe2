import { Notice } from '../ui/index.ts';
import type { DropViewProps, Problem } from './view-props.ts';

/** The problem, if it belongs here. */
export function ProblemNote(props: Pick<DropViewProps, 'problem'> & { at: Problem['at'] }) {
  if (props.problem?.at !== props.at) return null;
  return <Notice kind={props.problem.kind}>{props.problem.text}</Notice>;
}
