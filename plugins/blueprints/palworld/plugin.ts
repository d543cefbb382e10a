// Palworld.
import { definePlugin } from 'stellar/plugin'

export const palworld = definePlugin({
  name: 'palworld',
  summary: 'Palworld dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
