import {
  Component as ProtoComponent,
  Operation as ProtoOperation,
  Pool as ProtoPool,
} from './generated/ohmlight/core/v1/core.js';

/** Pools of cores. One BullMQ queue each. */
export const POOLS = ['electronic', 'optical', 'digital'] as const;
export type Pool = (typeof POOLS)[number];

/** Operations: the static-weight matmuls of a layer, in phase order, then `lm_head` once per step. */
export const OPERATIONS = ['qkv', 'o', 'gate_up', 'down', 'lm_head', 'ffn'] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Components of a ledger's energy. */
export const COMPONENTS = [
  'dac',
  'array',
  'adc',
  'driver',
  'laser',
  'modulator',
  'detector',
  'tia',
  'program',
  'memory',
  'interconnect',
  'digital_unit',
  'idle',
] as const;
export type Component = (typeof COMPONENTS)[number];

function pairs<W extends string, E extends number>(words: readonly W[], values: readonly E[]): [Map<W, E>, Map<E, W>] {
  return [new Map(words.map((word, i) => [word, values[i]!])), new Map(words.map((word, i) => [values[i]!, word]))];
}

const [poolToProto, poolFromProto] = pairs<Pool, ProtoPool>(POOLS, [
  ProtoPool.POOL_ELECTRONIC,
  ProtoPool.POOL_OPTICAL,
  ProtoPool.POOL_DIGITAL,
]);
const [operationToProto, operationFromProto] = pairs<Operation, ProtoOperation>(OPERATIONS, [
  ProtoOperation.OPERATION_QKV,
  ProtoOperation.OPERATION_O,
  ProtoOperation.OPERATION_GATE_UP,
  ProtoOperation.OPERATION_DOWN,
  ProtoOperation.OPERATION_LM_HEAD,
  ProtoOperation.OPERATION_FFN,
]);
const [componentToProto, componentFromProto] = pairs<Component, ProtoComponent>(COMPONENTS, [
  ProtoComponent.COMPONENT_DAC,
  ProtoComponent.COMPONENT_ARRAY,
  ProtoComponent.COMPONENT_ADC,
  ProtoComponent.COMPONENT_DRIVER,
  ProtoComponent.COMPONENT_LASER,
  ProtoComponent.COMPONENT_MODULATOR,
  ProtoComponent.COMPONENT_DETECTOR,
  ProtoComponent.COMPONENT_TIA,
  ProtoComponent.COMPONENT_PROGRAM,
  ProtoComponent.COMPONENT_MEMORY,
  ProtoComponent.COMPONENT_INTERCONNECT,
  ProtoComponent.COMPONENT_DIGITAL_UNIT,
  ProtoComponent.COMPONENT_IDLE,
]);

export const toProtoPool = (word: Pool): ProtoPool => poolToProto.get(word)!;
export const toProtoOperation = (word: Operation): ProtoOperation => operationToProto.get(word)!;
export const toProtoComponent = (word: Component): ProtoComponent => componentToProto.get(word)!;
/** The word of a wire value; undefined for a value this version does not know. */
export const fromProtoPool = (value: ProtoPool): Pool | undefined => poolFromProto.get(value);
export const fromProtoOperation = (value: ProtoOperation): Operation | undefined => operationFromProto.get(value);
export const fromProtoComponent = (value: ProtoComponent): Component | undefined => componentFromProto.get(value);
