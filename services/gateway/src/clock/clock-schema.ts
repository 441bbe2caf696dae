import { z } from 'zod';
import { deviceTimeSchema, LATEST_TIME } from './clock-store.js';

/** Body of PUT /v1/clocks/{profile}. */
export const clockSetSchema = z.strictObject({ device_time_s: deviceTimeSchema });
export type ClockSetBody = z.infer<typeof clockSetSchema>;

/** Body of POST /v1/clocks/{profile}/advance. */
export const clockAdvanceSchema = z.strictObject({ seconds: z.number().min(0).max(LATEST_TIME) });
export type ClockAdvanceBody = z.infer<typeof clockAdvanceSchema>;
