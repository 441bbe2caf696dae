import type { Ledger as ProtoLedger } from './generated/ohmlight/core/v1/core.js';
import { COMPONENTS, type Component, fromProtoComponent, toProtoComponent } from './words.js';

/** Joules by component; a component that took nothing is absent. */
export type Energy = Partial<Record<Component, number>>;

/** What an execution would have taken on the device: modelled, never wall, time. */
export interface Ledger {
  /** Modelled seconds from the first input to the last output. */
  seconds: number;
  /** Joules by component. */
  joules: Energy;
  /**
   * How far the total of `joules` may lie below and above what it says, where a profile gives values with a low and a
   * high end; 0 where none does. They add like the joules: what is unknown is a law, not a draw.
   */
  joulesBelow: number;
  joulesAbove: number;
  macs: number;
  dacConversions: number;
  adcConversions: number;
  bytesMoved: number;
  /** Times that weights were loaded onto a device for this execution. */
  reloads: number;
  /** Of `seconds`, those in which weights were loaded and nothing was read. */
  reloadSeconds: number;
}

export function emptyLedger(): Ledger {
  return {
    seconds: 0,
    joules: {},
    joulesBelow: 0,
    joulesAbove: 0,
    macs: 0,
    dacConversions: 0,
    adcConversions: 0,
    bytesMoved: 0,
    reloads: 0,
    reloadSeconds: 0,
  };
}

/** Sum of a ledger's components, in joules. */
export function totalJoules(energy: Energy): number {
  let sum = 0;
  for (const component of COMPONENTS) sum += energy[component] ?? 0;
  return sum;
}

const MOVEMENT: readonly Component[] = ['memory', 'interconnect', 'program'];
/** Devices of an array, the light that multiplies in its place and its detection, the digital unit's operations. */
const ARITHMETIC: readonly Component[] = ['array', 'laser', 'detector', 'digital_unit'];

const share = (energy: Energy, components: readonly Component[]): number => {
  const total = totalJoules(energy);
  return total > 0 ? components.reduce((sum, component) => sum + (energy[component] ?? 0), 0) / total : 0;
};

/** Share of an energy that moves data: bytes from and to memory and over links, and writing weights. 0 of nothing. */
export const dataMovementShare = (energy: Energy): number => share(energy, MOVEMENT);

/** Share of an energy that is not arithmetic: moving and converting data, periphery, waiting. 0 of nothing. */
export const notArithmeticShare = (energy: Energy): number =>
  totalJoules(energy) > 0 ? 1 - share(energy, ARITHMETIC) : 0;

/** Least and greatest joules that a ledger's total may stand for. */
export function joulesBand(ledger: Ledger): { low: number; high: number } {
  const total = totalJoules(ledger.joules);
  return { low: total - ledger.joulesBelow, high: total + ledger.joulesAbove };
}

function combine(into: Ledger, part: Ledger, seconds: number, reloadSeconds: number): void {
  into.seconds = seconds;
  into.reloadSeconds = reloadSeconds;
  for (const component of COMPONENTS) {
    const joules = part.joules[component];
    if (joules !== undefined) into.joules[component] = (into.joules[component] ?? 0) + joules;
  }
  into.joulesBelow += part.joulesBelow;
  into.joulesAbove += part.joulesAbove;
  into.macs += part.macs;
  into.dacConversions += part.dacConversions;
  into.adcConversions += part.adcConversions;
  into.bytesMoved += part.bytesMoved;
  into.reloads += part.reloads;
}

/** Shards of one phase run side by side: time, loads within it, is that of the longest, everything else the sum. */
export function addParallel(into: Ledger, part: Ledger): void {
  const slowest = part.seconds > into.seconds ? part : into;
  combine(into, part, slowest.seconds, slowest.reloadSeconds);
}

/** Phases run one after the other: time and everything else add. */
export function addSequential(into: Ledger, part: Ledger): void {
  combine(into, part, into.seconds + part.seconds, into.reloadSeconds + part.reloadSeconds);
}

/** A ledger with every quantity but the time multiplied by `share`: a row's part of a shared step. */
export function shareOf(ledger: Ledger, share: number): Ledger {
  const joules: Energy = {};
  for (const component of COMPONENTS) {
    const value = ledger.joules[component];
    if (value !== undefined) joules[component] = value * share;
  }
  return {
    seconds: ledger.seconds,
    joules,
    joulesBelow: ledger.joulesBelow * share,
    joulesAbove: ledger.joulesAbove * share,
    macs: ledger.macs * share,
    dacConversions: ledger.dacConversions * share,
    adcConversions: ledger.adcConversions * share,
    bytesMoved: ledger.bytesMoved * share,
    reloads: ledger.reloads * share,
    reloadSeconds: ledger.reloadSeconds,
  };
}

export function ledgerToProto(ledger: Ledger): ProtoLedger {
  return {
    seconds: ledger.seconds,
    energy: COMPONENTS.filter((component) => ledger.joules[component] !== undefined).map((component) => ({
      component: toProtoComponent(component),
      joules: ledger.joules[component]!,
    })),
    joulesBelow: ledger.joulesBelow,
    joulesAbove: ledger.joulesAbove,
    macs: BigInt(Math.round(ledger.macs)),
    dacConversions: BigInt(Math.round(ledger.dacConversions)),
    adcConversions: BigInt(Math.round(ledger.adcConversions)),
    bytesMoved: BigInt(Math.round(ledger.bytesMoved)),
    reloads: BigInt(Math.round(ledger.reloads)),
    reloadSeconds: ledger.reloadSeconds,
  };
}

export function ledgerFromProto(message: ProtoLedger | undefined): Ledger {
  const ledger = emptyLedger();
  if (!message) return ledger;
  ledger.seconds = message.seconds;
  for (const { component, joules } of message.energy) {
    const word = fromProtoComponent(component);
    if (word) ledger.joules[word] = (ledger.joules[word] ?? 0) + joules;
  }
  ledger.joulesBelow = message.joulesBelow;
  ledger.joulesAbove = message.joulesAbove;
  ledger.macs = Number(message.macs);
  ledger.dacConversions = Number(message.dacConversions);
  ledger.adcConversions = Number(message.adcConversions);
  ledger.bytesMoved = Number(message.bytesMoved);
  ledger.reloads = Number(message.reloads);
  ledger.reloadSeconds = message.reloadSeconds;
  return ledger;
}
