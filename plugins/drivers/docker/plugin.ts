// Runs game servers as Docker containers.
import { definePlugin, z } from 'stellar/plugin'

export const docker = definePlugin({
  name: 'docker',
  summary: 'Runs game servers as Docker containers.',
  config: z
    .strictObject({
      /** The engine's Unix socket; /var/run/docker.sock unless given. */
      socketPath: z.string().startsWith('/').optional(),
      /** Private IPv4 range from which each server gets a network of 16 addresses; one that is free is chosen unless given. */
      addressPool: z.cidrv4().optional(),
    })
    .prefault({}),
  node: async ({ config, log }) => {
    const { dockerDriver } = await import('./driver.ts')
    return { drivers: [dockerDriver({ ...config, log })] }
  },
})
