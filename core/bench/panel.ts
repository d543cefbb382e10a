// The real panel as a process of its own, for the bench: prints where it listens and a token for its node, once.
import { runPanel } from '#core/cli/run-panel.ts'
import { readSettings } from '#core/cli/settings.ts'
import { endWithin, untilTold } from '#core/cli/until-told.ts'

const told = untilTold()
const panel = await runPanel(await readSettings({ plugins: true }))
const { nodeId, token } = await panel.localNode({ again: true })
process.stdout.write(`${JSON.stringify({ url: panel.url, linkPort: panel.linkPort, nodeId, token })}\n`)
await told
await endWithin(25, panel)
