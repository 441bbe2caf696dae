import { DIGITAL_CONSTANTS } from '../../src/wasm/layout';

/** A constant of src/digital/slots.ts in every lane. */
// @ts-ignore: decorator
@inline
export function constant(slot: usize): v128 {
  return v128.load32_splat(<usize>DIGITAL_CONSTANTS + slot);
}
