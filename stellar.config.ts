// Which plugins this installation runs, and with which settings; the only place that knows them all.
import { defineConfig } from '#core/plugins/define-config.ts'
import * as plugins from '#plugins/index.ts'

export default defineConfig({
  plugins: [
    plugins.docker(),
    // In the order of the gallery.
    plugins.minecraftPaper(),
    plugins.minecraftVanilla(),
    plugins.minecraftFabric(),
    plugins.minecraftBedrock(),
    plugins.valheim(),
    plugins.rust(),
    plugins.projectZomboid(),
    plugins.factorio(),
    plugins.counterStrike2(),
    plugins.palworld(),
    plugins.terraria(),
    plugins.satisfactory(),
    plugins.luanti(),
    plugins.mumble(),
    plugins.openttd(),
    plugins.teeworlds(),
    plugins.bzflag(),
    // Who plays: asked by nodes, named by blueprints.
    plugins.minecraft(),
    plugins.valveQuery(),
    plugins.openttdQuery(),
    plugins.mumbleQuery(),
    // Ways to sign in, set up in the panel.
    plugins.github(),
    plugins.discord(),
    plugins.openidConnect(),
  ],
})
