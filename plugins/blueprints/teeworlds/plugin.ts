// Teeworlds.
import { definePlugin } from 'stellar/plugin'

export const teeworlds = definePlugin({
  name: 'teeworlds',
  summary: 'Teeworlds server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
