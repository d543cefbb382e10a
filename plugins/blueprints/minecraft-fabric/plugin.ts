// Minecraft: Java Edition on Fabric.
import { definePlugin } from 'stellar/plugin'

export const minecraftFabric = definePlugin({
  name: 'minecraft-fabric',
  summary: 'Minecraft: Java Edition on Fabric, for mods.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
