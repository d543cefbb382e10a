// What needs somebody, above the list: cause, consequence, and the fix as a button. At most three; the rest is a tab away.
import type { Child } from 'hono/jsx'
import { formatMemory } from '#core/domain/resources.ts'
import { Banner, Button, ButtonLink, Time } from '#views/components/index.ts'
import type { ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

const most = 3

export function Attention({ servers }: { readonly servers: readonly ServerView[] }) {
  const notices = [...awayNodes(servers), ...servers.flatMap((server) => noticeOf(server) ?? [])]
  if (notices.length === 0) return null
  return (
    <div class="notices">
      {notices.slice(0, most)}
      {notices.length > most ? (
        <p>
          <a class="link" href={`${urls.servers()}?state=attention`}>
            {notices.length - most} more {notices.length - most === 1 ? 'needs' : 'need'} a look
          </a>
        </p>
      ) : null}
    </div>
  )
}

/** One node that is away is one notice, however many servers it has. */
function awayNodes(servers: readonly ServerView[]): Child[] {
  const away = Map.groupBy(
    servers.filter(({ state }) => state === 'unreachable'),
    ({ node }) => node.id,
  )
  return [...away.values()].flatMap((there) => {
    const [first] = there
    if (!first) return []
    return (
      <Banner
        tone="warn"
        mark="unreachable"
        actions={
          <ButtonLink href={urls.node({ nodeId: first.node.id })} size="small">
            See the node
          </ButtonLink>
        }
      >
        <strong>{first.node.name} does not answer</strong> since <Time at={first.since} />.{' '}
        {there.length === 1 ? `${first.name} may be` : `Its ${there.length} servers may be`} running; Stellar cannot see{' '}
        {there.length === 1 ? 'it' : 'them'}, and commands wait.
      </Banner>
    )
  })
}

function noticeOf(server: ServerView): Child | undefined {
  if (server.state === 'crashed') return <Crashed server={server} />
  if (server.state === 'install-failed') return <InstallFailed server={server} />
  if (server.state === 'unreachable' || server.state === 'deleting') return undefined
  if (server.hint) return <Hinted server={server} hint={server.hint} />
  if (server.notReady) return <NotReady server={server} />
  return undefined
}

function Crashed({ server }: { readonly server: ServerView }) {
  return (
    <Banner
      tone="bad"
      mark="crashed"
      actions={
        <>
          <ButtonLink href={urls.server(server)} size="small">
            See the last lines
          </ButtonLink>
          {server.exit?.outOfMemory && server.may.has('server.limits') ? (
            <ButtonLink href={urls.serverSettings(server)} size="small">
              Raise its memory
            </ButtonLink>
          ) : null}
          {server.offered.includes('start') ? (
            <Post action={urls.serverPower(server)} name="action" value="start" label="Start" />
          ) : null}
        </>
      }
    >
      <p>
        <strong>
          {server.name} crashed
          {leftOff(server)}.
        </strong>{' '}
        {causeOf(server)}
      </p>
    </Banner>
  )
}

function leftOff({ restarts, reason }: Pick<ServerView, 'restarts' | 'reason'>): string {
  if (restarts === 0 || reason !== undefined) return ''
  return ` after ${restarts === 1 ? '1 restart' : `${restarts} restarts`} and was left off`
}

/** How the last run ended, as a sentence. */
function causeOf({ exit, reason, limits }: Pick<ServerView, 'exit' | 'reason' | 'limits'>): string {
  if (exit?.outOfMemory) return `Out of memory: it hit its limit of ${formatMemory(limits.memoryBytes)}.`
  if (reason !== undefined && reason !== '') return reason
  if (exit?.signal !== undefined) return `It was ended by ${exit.signal}.`
  return exit === undefined ? 'Its node did not say why.' : `It ended with exit code ${exit.code}.`
}

function InstallFailed({ server }: { readonly server: ServerView }) {
  return (
    <Banner
      tone="bad"
      mark="crashed"
      actions={
        <>
          <ButtonLink href={urls.server(server)} size="small">
            See why
          </ButtonLink>
          {server.may.has('server.reinstall') ? <Post action={urls.serverInstall(server)} label="Try again" /> : null}
        </>
      }
    >
      <strong>{server.name} could not be installed.</strong> {server.reason ?? 'The log has the last lines.'}
    </Banner>
  )
}

function Hinted({ server, hint }: { readonly server: ServerView; readonly hint: NonNullable<ServerView['hint']> }) {
  return (
    <Banner
      tone="warn"
      actions={
        hint.fix && server.may.has('server.startup.update') ? (
          <Post action={urls.serverHint(server)} name="hint" value={hint.id} label={hint.fix.label} />
        ) : (
          <ButtonLink href={urls.server(server)} size="small">
            See the console
          </ButtonLink>
        )
      }
    >
      <strong>
        {server.name}: {hint.title.replace(/\.?$/, '.')}
      </strong>{' '}
      {hint.advice}
    </Banner>
  )
}

function NotReady({ server }: { readonly server: ServerView }) {
  return (
    <Banner
      tone="warn"
      actions={
        <ButtonLink href={urls.server(server)} size="small">
          See the console
        </ButtonLink>
      }
    >
      <strong>{server.name} is not ready yet.</strong> It started{' '}
      <Time at={server.startedAt ?? server.since} as="ago" /> and has not said that it can be joined.
    </Banner>
  )
}

interface PostProps {
  readonly action: string
  readonly name?: string
  readonly value?: string
  readonly label: string
}

function Post({ action, name, value, label }: PostProps) {
  return (
    <form method="post" action={action}>
      <input type="hidden" name="next" value={urls.servers()} />
      <Button type="submit" size="small" {...(name === undefined ? {} : { name, value })}>
        {label}
      </Button>
    </form>
  )
}
