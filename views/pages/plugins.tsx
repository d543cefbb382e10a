// Which plugins are open, what each contributes, and why one failed.
import { Card, Empty, Icon, type IconName, PageHead, Tag } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { Shell } from '#views/models.ts'

/** As `PluginStatus` of the registry. */
export interface PluginView {
  readonly name: string
  readonly summary: string
  readonly version: string | undefined
  readonly state: 'running' | 'failed' | 'skipped'
  readonly reason: string | undefined
  readonly contributes: Readonly<Record<string, readonly string[]>>
  readonly source: string
}

export interface PluginsProps {
  readonly shell: Shell
  readonly plugins: readonly PluginView[]
}

export function PluginsPage({ shell, plugins }: PluginsProps) {
  const failed = plugins.filter(({ state }) => state === 'failed')
  const running = plugins.filter(({ state }) => state === 'running').length
  return (
    <AppLayout shell={shell} title="Plugins">
      <PageHead
        title="Plugins"
        lead={`${plugins.length} listed, ${running} running${failed.length > 0 ? `, ${failed.length} failed` : ''}.`}
      />
      <div class="side">
        <div>
          <section class="card" aria-label="Plugins">
            {plugins.length === 0 ? (
              <Empty title="No plugins" text="stellar.config.ts lists those that come with Stellar." />
            ) : (
              <ul class="list">
                {plugins.map((plugin) => (
                  <Row plugin={plugin} />
                ))}
              </ul>
            )}
          </section>
          {failed.map(({ name, reason, source }) => (
            <Card title={`Why ${name} failed`} note={source}>
              <pre class="well" tabindex={0} role="region" aria-label={`Reason of ${name}`}>
                {reason ?? 'It gave no reason.'}
              </pre>
              <p class="dim">
                Everything else runs without it. Mend its settings in stellar.config.ts or its file, then start Stellar
                again.
              </p>
            </Card>
          ))}
        </div>
        <div>
          <Card title="Adding one">
            <p>
              Built-in plugins are listed in <code>stellar.config.ts</code>. Your own are files or folders in{' '}
              <code>data/plugins</code>; they are opened at the next start.
            </p>
            <p class="dim">
              A plugin runs inside Stellar and may do what Stellar may do. Add only those whose author you trust.
            </p>
          </Card>
        </div>
      </div>
    </AppLayout>
  )
}

const kinds: Readonly<Record<string, { readonly one: string; readonly many: string; readonly icon: IconName }>> = {
  blueprints: { one: 'blueprint', many: 'blueprints', icon: 'layout-template' },
  drivers: { one: 'driver', many: 'drivers', icon: 'package' },
  games: { one: 'game adapter', many: 'game adapters', icon: 'users' },
  authProviders: { one: 'sign-in provider', many: 'sign-in providers', icon: 'key-round' },
  authProviderKinds: { one: 'way to sign in', many: 'ways to sign in', icon: 'key-round' },
  notifiers: { one: 'notifier', many: 'notifiers', icon: 'info' },
  scheduleActions: { one: 'schedule action', many: 'schedule actions', icon: 'timer' },
  pages: { one: 'page', many: 'pages', icon: 'file-text' },
  backupStores: { one: 'backup store', many: 'backup stores', icon: 'hard-drive' },
}

function Row({ plugin }: { readonly plugin: PluginView }) {
  const contributed = Object.entries(plugin.contributes).filter(([, ids]) => ids.length > 0)
  return (
    <li>
      <span class="square">
        <Icon name={kinds[contributed[0]?.[0] ?? '']?.icon ?? 'blocks'} />
      </span>
      <div class="main">
        <strong>{plugin.name}</strong> {plugin.version === undefined ? null : <span class="sub">{plugin.version}</span>}
        <small>
          {[plugin.summary, ...contributed.map(([kind, ids]) => counted(kind, ids)), plugin.source]
            .filter((part) => part !== '')
            .join(' · ')}
        </small>
      </div>
      <Health state={plugin.state} />
    </li>
  )
}

function counted(kind: string, ids: readonly string[]): string {
  const words = kinds[kind]
  if (!words) return `${ids.length} ${kind}`
  return ids.length === 1 ? `${words.one} ${ids[0]}` : `${ids.length} ${words.many}`
}

function Health({ state }: { readonly state: PluginView['state'] }) {
  switch (state) {
    case 'running':
      return (
        <Tag tone="ok" icon="check">
          Running
        </Tag>
      )
    case 'failed':
      return (
        <Tag tone="bad" icon="circle-alert">
          Failed
        </Tag>
      )
    case 'skipped':
      return <Tag>Not used by the panel</Tag>
  }
}
