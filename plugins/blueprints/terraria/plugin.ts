// Terraria.
import { definePlugin } from 'stellar/plugin'

export const terraria = definePlugin({
  name: 'terraria',
  summary: 'Terraria dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
