import type { Prompt } from './generate.js';
import type { Subject } from './subject.js';

/** What is asked of a placement. */
export type Work =
  { readonly kind: 'text' } | { readonly kind: 'sensitivity' } | { readonly kind: 'prompt'; readonly prompt: Prompt };

/** One placement's work: the text of the input, as a whole or matrix by matrix, or a prompt. */
export interface Task {
  readonly subject: Subject;
  readonly work: Work;
}
