// Asks Minecraft: Java Edition servers who plays.
import { definePlugin } from 'stellar/plugin'

export const minecraft = definePlugin({
  name: 'minecraft',
  summary: 'Counts players of Minecraft: Java Edition servers.',
  node: async () => ({ games: [(await import('./adapter.ts')).adapter] }),
})
