// Satisfactory.
import { definePlugin } from 'stellar/plugin'

export const satisfactory = definePlugin({
  name: 'satisfactory',
  summary: 'Satisfactory dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
