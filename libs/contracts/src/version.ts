/** Version of this tree; every process reports it. */
export const VERSION = '0.1.0';
