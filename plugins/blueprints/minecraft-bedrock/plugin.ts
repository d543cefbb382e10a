// Minecraft: Bedrock Edition.
import { definePlugin } from 'stellar/plugin'

export const minecraftBedrock = definePlugin({
  name: 'minecraft-bedrock',
  summary: 'Minecraft for phones, consoles and Windows.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
