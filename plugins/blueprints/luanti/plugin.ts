// Luanti, formerly Minetest.
import { definePlugin } from 'stellar/plugin'

export const luanti = definePlugin({
  name: 'luanti',
  summary: 'Luanti (formerly Minetest) with any game from ContentDB.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
