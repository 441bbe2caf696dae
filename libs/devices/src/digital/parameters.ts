import { nonNegative, optional, type ParametersOf, positive } from '../profile/quantity.js';

const rate = (unit: string, of: string) =>
  optional(0, nonNegative(unit, `Dense peak rate in ${of}; 0 where it has none`));

/** Parameters of the kinds `digital-…`: a roofline of one accelerator, with a peak rate for each number format. */
export const DIGITAL = {
  fp32_rate: rate('FLOP/s', 'fp32'),
  bf16_rate: rate('FLOP/s', 'bf16'),
  fp8_rate: rate('FLOP/s', 'fp8'),
  int8_rate: rate('OP/s', 'int8'),
  memory_bandwidth: positive('B/s', 'Bandwidth of the memory that holds the weights'),
  launch_overhead: nonNegative('s', 'Time of one kernel beside its roofline, during which the device idles'),
  load_power: positive('W', 'Power under load, idle power included'),
  idle_power: nonNegative('W', 'Power while nothing runs'),
  memory_energy: nonNegative('J/B', 'Energy of one byte read from or written to memory; part of the load power'),
  memory_capacity: optional(0, nonNegative('B', 'Size of that memory; 0 where it does not bound what runs')),
} as const;

export type DigitalParameters = ParametersOf<typeof DIGITAL>;
