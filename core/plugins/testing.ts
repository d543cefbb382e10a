// `stellar/plugin/testing`: what a plugin's own tests need of the host. They run with `stellar plugin test`, on node:test.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { silentLog } from '#core/base/log.ts'
import type { Blueprint } from '#core/domain/blueprint.ts'
import { planServer } from '#core/domain/plan-server.ts'
import { gigabytes, mebibytes } from '#core/domain/resources.ts'
import { checkBlueprint } from './check-blueprint.ts'
import type { BlueprintInput } from './contributions.ts'
import { openNodeRegistry, openPanelRegistry } from './open.ts'
import type { Plugin } from './plugin.ts'
import type { NodeRegistry, PanelRegistry } from './registry.ts'

export { type Scripted, scriptedServer, type Turn } from './scripted-server.ts'
export { checkBlueprint }

/** What a node would be told for a server with these choices; what is left out takes the blueprint's default. */
export function planOf(
  blueprint: BlueprintInput,
  choices: { readonly name?: string; readonly variables?: Readonly<Record<string, string>> } = {},
): { readonly run: object; readonly install: object | undefined } {
  const checked: Blueprint = checkBlueprint(blueprint)
  const { resources, images, ports } = checked
  const { run, install } = planServer(
    checked,
    {
      id: '00000000-0000-4000-8000-000000000000',
      name: choices.name ?? 'Test server',
      image: images[0]?.image ?? '',
      variables: choices.variables ?? {},
      ports: ports.map(({ name, protocol, preferred }, index) => ({
        name,
        protocol,
        port: preferred ?? 30_000 + index,
      })),
      resources: {
        memoryBytes: mebibytes(resources.memoryMiB),
        cpuPercent: resources.cpuPercent,
        diskBytes: gigabytes(resources.diskMB / 1000),
      },
    },
    { generate: () => 'generated-secret' },
  )
  return { run, install }
}

/** Opens it as panel and node do. Throws why it failed. Dispose it at the end. */
export async function openPlugin(
  plugin: Plugin,
): Promise<AsyncDisposable & { readonly panel: PanelRegistry; readonly node: NodeRegistry }> {
  await using opening = new AsyncDisposableStack()
  const panel = opening.use(await openPanelRegistry({ plugins: [plugin], log: silentLog }))
  const node = opening.use(await openNodeRegistry({ plugins: [plugin], log: silentLog }))
  for (const { state, reason } of [...panel.plugins, ...node.plugins]) if (state === 'failed') throw new Error(reason)
  const open = opening.move()
  return { panel, node, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

/**
 * Compares with a file that is kept beside the test, e.g. `new URL('./plan.golden.json', import.meta.url)`. Writes it
 * when it is not there, or when UPDATE_GOLDEN is set: read what changed before you keep it.
 */
export function matchGolden(value: unknown, file: URL): void {
  const text = `${JSON.stringify(value, undefined, 2)}\n`
  if (!existsSync(file) || process.env['UPDATE_GOLDEN']) return writeFileSync(file, text)
  const kept = readFileSync(file, 'utf8')
  if (kept === text) return
  const [lines, keptLines] = [text.split('\n'), kept.split('\n')]
  const at = lines.findIndex((line, index) => line !== keptLines[index])
  throw new Error(
    `${file.pathname}:${at + 1} is another than before.\n  kept: ${keptLines[at] ?? '(the end)'}\n  now:  ${lines[at] ?? '(the end)'}\nSet UPDATE_GOLDEN=1 if it should be.`,
  )
}
