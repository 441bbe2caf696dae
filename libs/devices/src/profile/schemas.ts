import { z } from 'zod';

/** Name of a profile or placement: part of a model's name and of a file's. */
export const profileName = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'use lower-case letters, digits and single hyphens');

/** Words for people; not empty. */
export const text = z.string().trim().min(1);
