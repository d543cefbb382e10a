// Which plugins this installation runs, and with which settings; the only place that knows them all.
import { defineConfig } from '#core/config/define-config.ts'
import { docker, minecraftPaper } from '#plugins/index.ts'

export default defineConfig({
  plugins: [docker(), minecraftPaper()],
})
