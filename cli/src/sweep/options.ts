import type { EvaluationOptions } from '../compare/options.js';
import type { Axis } from './axis.js';

export interface SweepOptions extends EvaluationOptions {
  readonly profile: string;
  readonly placement?: string;
  readonly vary: readonly Axis[];
  readonly csv?: string;
  readonly html?: string;
}
