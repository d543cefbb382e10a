// The catalogue of plugins that come with Stellar: one named export a plugin, nothing else.
export { minecraftPaper } from './blueprints/minecraft-paper/plugin.ts'
export { docker } from './drivers/docker/plugin.ts'
