import type { Pool } from '@ohmlight/contracts';
import type { TileEngine } from '@ohmlight/tile-engine';
import type { Ageing } from './ageing.js';
import type { Device } from './device.js';
import type { Rating } from './optical/architecture/rating.js';
import type { DeviceProfile, ProfileWith } from './profile/profile.js';
import type { Reload } from './reload.js';
import type { HeldShape } from './standby.js';
import type { ParametersOf, ParameterTable, ValuesOf } from './profile/quantity.js';

/** A parameter whose value does not go with the others', and why. */
export interface ParameterFault {
  readonly parameter: string;
  readonly reason: string;
}

/** A kind of device: which parameters it asks for, and the physics that reads them. */
export interface DeviceKind<T extends ParameterTable = ParameterTable> {
  /** The word that profiles name it by. */
  readonly kind: string;
  readonly pool: Pool;
  readonly parameters: T;
  /**
   * Whether the kind runs a fused `ffn`: `bare` as it is, `circuit` where a profile has the group `chain`; not at all
   * unless stated.
   */
  readonly ffn?: 'bare' | 'circuit';
  /** Says why arrays of these parameters make no chain; asked where a profile has one. */
  checkChain?(p: ValuesOf<ParametersOf<T>>): ParameterFault | undefined;
  /** Says where parameters that are valid one by one exclude each other; called when a profile is read. */
  check?(p: ValuesOf<ParametersOf<T>>): ParameterFault | undefined;
  /** What time does to such a device; undefined, or left out, where it stays as it was programmed. */
  ageing?(p: ValuesOf<ParametersOf<T>>): Ageing | undefined;
  /** What loading weights takes where every execution does; undefined, or left out, where they stay or stream. */
  reload?(p: ValuesOf<ParametersOf<T>>): Reload | undefined;
  /**
   * Watts that the devices take while they hold matrices and wait: idle and holding power. Left out where a device
   * takes nothing, or nothing that its profile knows.
   */
  standby?(p: ValuesOf<ParametersOf<T>>, matrices: readonly HeldShape[]): number;
  /** What the profile's devices do, take and cover at full use; left out where profiles do not give the parts. */
  rating?(p: ValuesOf<ParametersOf<T>>): Rating;
  /** How the emulation comes by a device's error, where parameters decide between several ways; a clause for people. */
  method?(p: ValuesOf<ParametersOf<T>>): string;
  /** @throws OhmlightError `invalid_profile` when the engine cannot run what the parameters ask for. */
  create(profile: ProfileWith<ParametersOf<T>>, engine: TileEngine): Device;
}

/** A kind of whatever parameters. */
export interface AnyDeviceKind {
  readonly kind: string;
  readonly pool: Pool;
  readonly parameters: ParameterTable;
  readonly ffn?: 'bare' | 'circuit';
  checkChain?(p: Readonly<Record<string, unknown>>): ParameterFault | undefined;
  check?(p: Readonly<Record<string, unknown>>): ParameterFault | undefined;
  ageing?(p: Readonly<Record<string, unknown>>): Ageing | undefined;
  reload?(p: Readonly<Record<string, unknown>>): Reload | undefined;
  standby?(p: Readonly<Record<string, unknown>>, matrices: readonly HeldShape[]): number;
  rating?(p: Readonly<Record<string, unknown>>): Rating;
  method?(p: Readonly<Record<string, unknown>>): string;
  create(profile: DeviceProfile, engine: TileEngine): Device;
}

/** Forgets a kind's own types: a profile is checked against the kind's table before the kind sees it. */
export function defineKind<T extends ParameterTable>(kind: DeviceKind<T>): AnyDeviceKind {
  return kind;
}
