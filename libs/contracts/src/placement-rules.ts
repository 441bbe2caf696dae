import { OhmlightError } from './errors.js';
import { type Operation, OPERATIONS } from './words.js';

/** Layers of a checkpoint, both ends counted; the first is 0. */
export interface LayerRange {
  readonly first: number;
  readonly last: number;
}

/** One rule of a placement: matrices, and the device profile that runs them. */
export interface PlacementRule {
  /** Layers that it speaks for; where absent, all of them and `lm_head`. */
  readonly layers?: LayerRange;
  /** Operation that it speaks for; where absent, all but `ffn`. */
  readonly operation?: Operation;
  /** Name of a device profile. */
  readonly profile: string;
}

/**
 * Which device profile runs which matrix. The most specific rule that speaks for a matrix holds, whatever their order:
 * of an operation in some layers, then of layers, then of an operation, then of everything. Where a rule for `ffn`
 * holds in a layer, `ffn` runs there in place of `gate_up` and `down`.
 */
export type PlacementRules = readonly PlacementRule[];

/** How specific a rule is: 3 an operation in some layers, 2 layers, 1 an operation, 0 everything. */
export const specificity = ({ layers, operation }: PlacementRule): number => (layers ? 2 : 0) + (operation ? 1 : 0);

function speaksFor(rule: PlacementRule, layer: number, operation: Operation): boolean {
  if (rule.operation === undefined ? operation === 'ffn' : rule.operation !== operation) return false;
  // lm_head lies behind the layers and belongs to none.
  return !rule.layers || (operation !== 'lm_head' && rule.layers.first <= layer && layer <= rule.layers.last);
}

function holding(rules: PlacementRules, layer: number, operation: Operation): PlacementRule | undefined {
  let best: PlacementRule | undefined;
  for (const rule of rules)
    if (speaksFor(rule, layer, operation) && (!best || specificity(rule) > specificity(best))) best = rule;
  return best;
}

/**
 * The device profile that runs a matrix; of `ffn`, undefined where `gate_up` and `down` run apart, which a more
 * specific rule for one of them brings about too.
 *
 * @param layer Of the matrix; `lm_head`'s does not count.
 */
export function profileFor(rules: PlacementRules, layer: number, operation: Operation): string | undefined {
  const rule = holding(rules, layer, operation);
  if (operation !== 'ffn' || !rule) return rule?.profile;
  const apart = (['gate_up', 'down'] as const).map((part) => holding(rules, layer, part));
  return apart.some((other) => other && specificity(other) > specificity(rule)) ? undefined : rule.profile;
}

/** Whether the feed-forward part of a layer is one phase, `ffn`. */
export const fusedIn = (rules: PlacementRules, layer: number): boolean => profileFor(rules, layer, 'ffn') !== undefined;

/** Names of the device profiles that rules name, each once, in order. */
export const profilesOf = (rules: PlacementRules): string[] => [...new Set(rules.map(({ profile }) => profile))];

/** Operations that a layer has phases of. */
export const layerOperations = (rules: PlacementRules, layer: number): readonly Operation[] =>
  fusedIn(rules, layer) ? ['qkv', 'o', 'ffn'] : ['qkv', 'o', 'gate_up', 'down'];

/** A phase of a step, and the device profile that runs it. */
export interface PlacedPhase {
  readonly layer: number;
  readonly operation: Operation;
  readonly profile: string | undefined;
}

/**
 * Every phase of a step of a checkpoint, in order of execution.
 * @param layers Of the checkpoint.
 */
export function placedPhases(rules: PlacementRules, layers: number): PlacedPhase[] {
  const phase = (layer: number, operation: Operation): PlacedPhase => ({
    layer,
    operation,
    profile: profileFor(rules, layer, operation),
  });
  return [
    ...Array.from({ length: layers }, (_, layer) =>
      layerOperations(rules, layer).map((operation) => phase(layer, operation)),
    ).flat(),
    phase(layers, 'lm_head'),
  ];
}

/**
 * Why rules do not fit a checkpoint: one of them speaks for layers that it does not have; undefined where they fit.
 * @param layers Of the checkpoint.
 */
export function layerFault(rules: PlacementRules, layers: number): string | undefined {
  const beyond = rules.find((rule) => rule.layers && rule.layers.last >= layers);
  if (!beyond) return undefined;
  return `it has a rule for "${ruleKey(beyond)}", and the checkpoint's layers are 0 to ${layers - 1}`;
}

/** @throws OhmlightError `model_not_found` where a rule speaks for layers that the checkpoint does not have. */
export function assertLayers(
  placement: { readonly name: string; readonly rules: PlacementRules },
  checkpoint: string,
  layers: number,
): void {
  const fault = layerFault(placement.rules, layers);
  if (fault !== undefined)
    throw new OhmlightError(
      'model_not_found',
      `placement "${placement.name}" does not fit checkpoint "${checkpoint}": ${fault}; name another placement or write one for it`,
      'model',
    );
}

const KEY = /^(?:layers? (\d{1,4})(?:-(\d{1,4}))?(?: ([a-z_]+))?|([a-z_]+))$/;

/**
 * Reads what a rule speaks for: `lm_head`, `layer 3`, `layers 0-1`, `layers 0-1 down`.
 * @returns The rule without its profile, or why it is none.
 */
export function parseRuleKey(key: string): Omit<PlacementRule, 'profile'> | string {
  const [, first, last, within, alone] = KEY.exec(key) ?? [];
  const operation = within ?? alone;
  const forms = `write an operation (${OPERATIONS.join(', ')}), "layers 0-1" or "layers 0-1 down"`;
  if (operation !== undefined && !OPERATIONS.includes(operation as Operation))
    return `there is no operation "${operation}"; ${forms}`;
  if (first === undefined) return operation === undefined ? forms : { operation: operation as Operation };
  const layers = { first: Number(first), last: Number(last ?? first) };
  if (layers.last < layers.first) return 'the layers end before they begin; write the lower number first';
  if (operation === 'lm_head') return 'lm_head lies behind the layers; write it without layers';
  return operation === undefined ? { layers } : { layers, operation: operation as Operation };
}

/** A rule's key as a file writes it. */
export function ruleKey({ layers, operation }: Omit<PlacementRule, 'profile'>): string {
  const range =
    layers && (layers.first === layers.last ? `layer ${layers.first}` : `layers ${layers.first}-${layers.last}`);
  return [range, operation].filter((part) => part !== undefined).join(' ') || 'default';
}

/** Whether two rules speak for the same matrix and neither is the more specific. `ffn` stands for `gate_up` and `down`. */
export function overlap(a: PlacementRule, b: PlacementRule): boolean {
  if (specificity(a) !== specificity(b)) return false;
  if (a.layers && b.layers && (a.layers.last < b.layers.first || b.layers.last < a.layers.first)) return false;
  const same = (one: Operation | undefined, other: Operation | undefined): boolean =>
    one === other || (one === 'ffn' && (other === 'gate_up' || other === 'down'));
  return same(a.operation, b.operation) || same(b.operation, a.operation);
}

/** Rules that answer for `ffn` in every layer too: of a reference, which others' phases are compared with. */
export function alsoFused(rules: PlacementRules): PlacementRules {
  if (rules.some(({ operation }) => operation === 'ffn')) return rules;
  return [...rules, { operation: 'ffn', profile: profileFor(rules, 0, 'down')! }];
}
