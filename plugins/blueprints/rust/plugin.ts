// Rust, the survival game.
import { definePlugin } from 'stellar/plugin'

export const rust = definePlugin({
  name: 'rust',
  summary: 'Rust dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
