import type { Prompt } from './generate.js';
import type { Subject } from './subject.js';

/** One placement's work: the text of the input, or a prompt. */
export interface Task {
  readonly subject: Subject;
  readonly prompt?: Prompt | undefined;
}
