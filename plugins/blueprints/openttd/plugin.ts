// OpenTTD.
import { definePlugin } from 'stellar/plugin'

export const openttd = definePlugin({
  name: 'openttd',
  summary: 'OpenTTD dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
