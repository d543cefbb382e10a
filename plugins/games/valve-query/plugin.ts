// Asks servers that speak Valve's query protocol who plays: Counter-Strike 2, Rust, Valheim, Project Zomboid and more.
import { definePlugin } from 'stellar/plugin'

export const valveQuery = definePlugin({
  name: 'valve-query',
  summary: 'Counts players of servers that speak Valve’s query protocol (A2S).',
  node: async () => ({ games: [(await import('./adapter.ts')).adapter] }),
})
