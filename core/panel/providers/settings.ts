// Providers that administrators set up, in one row of the settings; secret values are sealed within it.
import { z } from 'zod'

export const mostProviders = 20

export const mappingSchema = z.object({
  /** As the provider names it. */
  group: z.string().trim().min(1, 'The group as the provider names it.').max(200, 'At most 200 characters.'),
  roleId: z.uuid('A role.'),
})

/** What the panel does with people who come from a provider; kept for those of the configuration file, too. */
export const policySchema = z.object({
  enabled: z.boolean().default(true),
  /** Whoever the provider knows gets an account. */
  provision: z.boolean().default(false),
  /** An account with the same confirmed address is linked by itself: the provider can then open every such account. */
  linkByEmail: z.boolean().default(false),
  /** Roles are given and taken away with each sign-in. */
  roles: z.array(mappingSchema).max(50).default([]),
})
export type ProviderPolicy = z.output<typeof policySchema>

const storedProvider = policySchema.extend({
  id: z.string(),
  /** Of the contribution that opens it; undefined: it comes from the configuration file and only its policy is here. */
  kind: z.string().optional(),
  label: z.string(),
  values: z.record(z.string(), z.string()).default({}),
  /** A JSON object of secret values, encrypted. */
  sealed: z.string().optional(),
})
export type StoredProvider = z.output<typeof storedProvider>

export const storedProviders = z.array(storedProvider).max(2 * mostProviders)
