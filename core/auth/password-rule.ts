// What a new password must be like, wherever one is chosen.
import { z } from 'zod'

export const passwordSchema = z
  .string()
  .min(10, 'At least 10 characters; a few words are good.')
  .max(1024, 'At most 1024 characters.')
  .refine((value) => new Set(value).size >= 4, 'Something less easy to guess.')
