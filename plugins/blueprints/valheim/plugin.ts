// Valheim.
import { definePlugin } from 'stellar/plugin'

export const valheim = definePlugin({
  name: 'valheim',
  summary: 'Valheim dedicated server, with crossplay.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
