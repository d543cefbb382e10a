// Project Zomboid.
import { definePlugin } from 'stellar/plugin'

export const projectZomboid = definePlugin({
  name: 'project-zomboid',
  summary: 'Project Zomboid dedicated server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
