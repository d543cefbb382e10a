// Minecraft: Java Edition on Paper.
import { definePlugin } from 'stellar/plugin'

export const minecraftPaper = definePlugin({
  name: 'minecraft-paper',
  summary: 'Minecraft: Java Edition on Paper, the server most public worlds run on.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
