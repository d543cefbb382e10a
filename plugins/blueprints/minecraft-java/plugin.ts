// Minecraft: Java Edition, three times: on Paper, as Mojang makes it, and on Fabric.
import { definePlugin } from 'stellar/plugin'

export const minecraftPaper = definePlugin({
  name: 'minecraft-paper',
  summary: 'Minecraft: Java Edition on Paper, the server most public worlds run on.',
  panel: async () => ({ blueprints: [(await import('./paper.ts')).paper] }),
})

export const minecraftVanilla = definePlugin({
  name: 'minecraft-vanilla',
  summary: 'Minecraft: Java Edition as Mojang makes it.',
  panel: async () => ({ blueprints: [(await import('./vanilla.ts')).vanilla] }),
})

export const minecraftFabric = definePlugin({
  name: 'minecraft-fabric',
  summary: 'Minecraft: Java Edition on Fabric, for mods.',
  panel: async () => ({ blueprints: [(await import('./fabric.ts')).fabric] }),
})
