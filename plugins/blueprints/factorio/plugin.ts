// Factorio.
import { definePlugin } from 'stellar/plugin'

export const factorio = definePlugin({
  name: 'factorio',
  summary: 'Factorio headless server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
