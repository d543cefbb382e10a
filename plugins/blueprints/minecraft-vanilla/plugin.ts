// Minecraft: Java Edition, unmodified.
import { definePlugin } from 'stellar/plugin'

export const minecraftVanilla = definePlugin({
  name: 'minecraft-vanilla',
  summary: 'Minecraft: Java Edition as Mojang makes it.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
