// Steps, layers and the end of a failed installation. Its root carries ids.serverInstall(id) and is there, empty, when nothing
// is being installed: push it with hx-swap="outerMorph". The live log is the console itself and is not part of it.
import { formatBytes } from '#core/domain/resources.ts'
import { Banner } from '#views/components/banner.tsx'
import { Button, ButtonLink } from '#views/components/button.tsx'
import { Card } from '#views/components/card.tsx'
import { type Check, Checklist } from '#views/components/checklist.tsx'
import { Progress } from '#views/components/progress.tsx'
import { formatDuration } from '#views/components/time.tsx'
import { ids } from '#views/ids.ts'
import type { InstallView, ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { Age } from './age.tsx'
import { isInstalling } from './helm-state.tsx'

export interface InstallProgressProps {
  readonly server: ServerView
  readonly install: InstallView | undefined
}

type Step = InstallView['steps'][number]
type Layer = InstallView['layers'][number]

const names: Readonly<Record<Step['name'], string>> = {
  pull: 'Pull the game’s image',
  'pull-installer': 'Pull the installer’s image',
  script: 'Run the install script',
  finish: 'Finish',
}

export function InstallProgressPart({ server, install }: InstallProgressProps) {
  const id = ids.serverInstall(server.id)
  if (!install || !isInstalling(server)) return <div class="install" id={id} />
  const failed = server.state === 'install-failed'
  return (
    <div class="install" id={id}>
      <div class="install-head">
        <h2 class="title">{failed ? `${server.name} could not be installed` : `Installing ${server.name}`}</h2>
        <p>
          {failed
            ? 'Nothing half-made stays behind: trying again begins anew.'
            : 'You can leave this page; the installation goes on.'}
        </p>
      </div>
      <div class="install-side">
        <Card title="Steps" end={<small>{counted(install.steps)}</small>}>
          <Checklist checks={install.steps.length > 0 ? install.steps.map(checkOf) : waiting(server)} />
        </Card>
      </div>
      {failed ? <Failure server={server} install={install} /> : <Layers install={install} />}
    </div>
  )
}

function checkOf(step: Step): Check {
  const label = names[step.name]
  switch (step.state) {
    case 'waiting':
      return { state: 'todo', label }
    case 'running':
      return { state: 'running', label, end: step.startedAt ? <Age since={step.startedAt} /> : undefined }
    case 'done':
      return { state: 'done', label, end: took(step) }
    case 'failed':
      return { state: 'failed', label, end: took(step) }
  }
}

/** Nothing was heard of it yet, by the panel or by the node. */
function waiting({ node }: ServerView): readonly Check[] {
  return [
    { state: 'running', label: node.connected ? `Waiting for ${node.name} to begin` : `Waiting for ${node.name}` },
  ]
}

function took({ startedAt, endedAt }: Step): string | undefined {
  if (startedAt === undefined || endedAt === undefined) return undefined
  const milliseconds = Date.parse(endedAt) - Date.parse(startedAt)
  return milliseconds < 10_000
    ? `${(Math.max(0, milliseconds) / 1000).toFixed(1)}\u00a0s`
    : formatDuration(milliseconds)
}

function counted(steps: readonly Step[]): string {
  const done = steps.filter(({ state }) => state === 'done').length
  return steps.length === 0 ? '' : `${done} of ${steps.length} done`
}

function Layers({ install: { layers, steps } }: { readonly install: InstallView }) {
  const step = steps.find(({ state }) => state === 'running')
  if (layers.length === 0 || (step && step.name !== 'pull' && step.name !== 'pull-installer')) return null
  // An engine tells a layer's size when it begins with it, so the sum grows; it is what is known.
  const total = layers.reduce((sum, layer) => sum + layer.total, 0)
  const current = layers.reduce((sum, layer) => sum + (layer.status === 'done' ? layer.total : layer.current), 0)
  const title = step?.name === 'pull-installer' ? 'Pulling the installer’s image' : 'Pulling the game’s image'
  return (
    <section class="card install-pull" aria-label={title}>
      <div class="body">
        <div class="actions">
          <h3>{title}</h3>
          <span class="dim end">{total > 0 ? `${formatBytes(current)} of ${formatBytes(total)}` : ''}</span>
        </div>
        <Progress label={title} value={total > 0 ? current : undefined} max={total || 1} />
        <ul class="layers">
          {layers.map((layer) => (
            <LayerRow layer={layer} />
          ))}
        </ul>
      </div>
    </section>
  )
}

function LayerRow({ layer }: { readonly layer: Layer }) {
  const { id, status, current, total } = layer
  const value = status === 'waiting' ? 0 : status === 'downloading' && total > 0 ? current : undefined
  return (
    <li>
      <code>{id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-2)}` : id}</code>
      <Progress label={`Layer ${id}`} value={value} max={total || 1} done={status === 'done'} />
      <small>{layerWords(layer)}</small>
    </li>
  )
}

function layerWords({ status, current, total }: Layer): string {
  if (status === 'done') return 'Done'
  if (status === 'waiting') return 'Waiting'
  if (status === 'unpacking') return 'Unpacking'
  return total > 0 ? `${formatBytes(current)} of ${formatBytes(total)}` : formatBytes(current)
}

function Failure({ server, install }: { readonly server: ServerView; readonly install: InstallView }) {
  return (
    <div class="install-pull stack">
      <Banner
        tone="bad"
        mark="crashed"
        actions={
          <>
            {server.may.has('server.reinstall') ? (
              <form method="post" action={urls.serverInstall(server)}>
                <Button type="submit" size="small" icon="rotate-cw">
                  Try again
                </Button>
              </form>
            ) : null}
            {server.may.has('server.startup.update') ? (
              <ButtonLink size="small" href={urls.serverStartup(server)}>
                Change settings
              </ButtonLink>
            ) : null}
          </>
        }
      >
        <strong>The installation failed.</strong> {server.reason ?? 'The last lines say why.'}
      </Banner>
      {install.log.length > 0 ? (
        <pre class="well" tabindex={0} aria-label="Last lines of the installation">
          {install.log.join('\n')}
        </pre>
      ) : null}
    </div>
  )
}
