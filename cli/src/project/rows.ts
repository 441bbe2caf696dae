import type { Component, Pool } from '@ohmlight/contracts';
import { type ModelShape, parametersOf, type Projection } from '@ohmlight/projection';

/** One placement at one batch and context; docs/reference/cli.md describes the fields. */
export interface ProjectRow {
  readonly placement: string;
  readonly pool: Pool | 'mixed';
  readonly batch: number;
  readonly context: number;
  readonly seconds: number;
  readonly tokens_per_second: number;
  readonly joules_per_token: number;
  readonly joules_per_token_low: number;
  readonly joules_per_token_high: number;
  readonly joules_by_component: Readonly<Partial<Record<Component, number>>>;
  readonly watts: number;
  readonly data_movement_share: number;
  readonly not_arithmetic_share: number;
  readonly digital_unit_seconds: number;
  readonly digital_unit_joules: number;
  readonly digital_units: number;
  readonly cache_memories: number;
  readonly accelerators: number;
  readonly tiles: number;
  readonly chips: number | null;
  readonly square_metres: number | null;
  readonly reloads: number;
  readonly programming_seconds: number;
  readonly programming_joules: number;
}

export const rowOf = (projection: Projection): ProjectRow => ({
  placement: projection.placement,
  pool: projection.pool,
  batch: projection.batch,
  context: projection.context,
  seconds: projection.seconds,
  tokens_per_second: projection.tokensPerSecond,
  joules_per_token: projection.joulesPerToken,
  joules_per_token_low: projection.joulesPerTokenLow,
  joules_per_token_high: projection.joulesPerTokenHigh,
  joules_by_component: projection.joulesByComponent,
  watts: projection.watts,
  data_movement_share: projection.dataMovementShare,
  not_arithmetic_share: projection.notArithmeticShare,
  digital_unit_seconds: projection.digitalUnit.seconds,
  digital_unit_joules: projection.digitalUnit.joules,
  digital_units: projection.digitalUnit.units,
  cache_memories: projection.digitalUnit.memories,
  accelerators: projection.accelerators,
  tiles: projection.tiles,
  chips: projection.chips,
  square_metres: projection.squareMetres,
  reloads: projection.reloads,
  programming_seconds: projection.programming.seconds,
  programming_joules: projection.programming.joules,
});

/** What a model is made of; docs/reference/cli.md describes the fields. */
export interface ProjectModel {
  readonly name: string;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kv_heads: number;
  readonly head_dim: number;
  readonly ffn: number;
  readonly vocab_size: number;
  readonly context: number;
  readonly tied: boolean;
  readonly experts: ModelShape['experts'];
  readonly parameters: number;
}

export const modelOf = (shape: ModelShape): ProjectModel => ({
  name: shape.name,
  hidden: shape.hidden,
  layers: shape.layers,
  heads: shape.heads,
  kv_heads: shape.kvHeads,
  head_dim: shape.headDim,
  ffn: shape.ffn,
  vocab_size: shape.vocabSize,
  context: shape.context,
  tied: shape.tied,
  experts: shape.experts,
  parameters: parametersOf(shape),
});
