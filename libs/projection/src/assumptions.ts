/** What a projection assumes beside the model and the placement. */
export interface Assumptions {
  /** Bytes of an element of the residual stream and of the KV cache. */
  readonly elementBytes: number;
  /** Accelerators or optical engines that a matrix's columns are divided over, where their memory asks for no more. */
  readonly devices: number;
  /** Chips (tiles, of profiles that are no chips) that there are for weights that stay; all that it takes where absent. */
  readonly chips?: number | undefined;
  /** Tokens that programming is spread over; Infinity leaves it out. */
  readonly amortisedOver: number;
}
