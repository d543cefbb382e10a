// Counter-Strike 2.
import { definePlugin } from 'stellar/plugin'

export const counterStrike2 = definePlugin({
  name: 'counter-strike-2',
  summary: 'Counter-Strike 2 dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
