// Banners above the console: suspended, crash, left off, hint, not ready, unreachable. Its root carries ids.serverNotices(id) and is
// there when it is empty: push it with hx-swap="outerMorph".

import { formatMemory } from '#core/domain/resources.ts'
import type { Exit } from '#core/domain/server.ts'
import { Banner } from '#views/components/banner.tsx'
import { Button, ButtonLink } from '#views/components/button.tsx'
import { ids } from '#views/ids.ts'
import type { ServerView } from '#views/models.ts'
import { stateWords } from '#views/states.ts'
import { urls } from '#views/urls.ts'
import { Age } from './age.tsx'
import { SuspendedBanner } from './suspended-banner.tsx'

export function ServerNotices({ server }: { readonly server: ServerView }) {
  return (
    <div class="notices" id={ids.serverNotices(server.id)}>
      <SuspendedBanner server={server} />
      {server.state === 'unreachable' ? <Unreachable server={server} /> : null}
      {server.state === 'deleting' ? (
        <Banner tone="note">
          <strong>{server.name} is being deleted.</strong> The node removes its container and files, then this page
          goes.
        </Banner>
      ) : null}
      {server.exit?.unexpected ? <Crash server={server} exit={server.exit} /> : null}
      {server.hint ? <Hint server={server} hint={server.hint} /> : null}
      {server.notReady && (server.state === 'running' || server.state === 'starting') ? (
        <Banner tone="warn">
          <strong>{server.name} runs, but did not say that it is ready.</strong>{' '}
          {server.reason ?? 'The line or port that its blueprint waits for did not come in time. The log may say why.'}
        </Banner>
      ) : null}
    </div>
  )
}

function Unreachable({ server }: { readonly server: ServerView }) {
  const { name, node, lastState, since, pending, pendingAction = 'command' } = server
  return (
    <Banner
      tone="warn"
      mark="unreachable"
      actions={
        <ButtonLink size="small" href={urls.node({ nodeId: node.id })}>
          See the node
        </ButtonLink>
      }
    >
      <strong>
        {node.name} was last heard <Age since={since} words="% ago" />.
      </strong>{' '}
      {name} was {stateWords[lastState].toLowerCase()} then. It may still be; Stellar just can’t see it. Figures and log
      go on when the node is back.{pending ? ` The ${pendingAction} you asked for waits and is done then.` : ''}
    </Banner>
  )
}

/** A run that nobody had asked to end: what ended it, and what happens now. */
function Crash({ server, exit }: { readonly server: ServerView; readonly exit: Exit }) {
  const { state, restarts, reason, limits } = server
  const again = state === 'starting' || state === 'running'
  if (state !== 'crashed' && !(again && restarts > 0)) return null
  return (
    <Banner
      tone={again ? 'warn' : 'bad'}
      mark="crashed"
      actions={
        again ? undefined : (
          <>
            {exit.outOfMemory && server.may.has('server.limits') ? (
              <ButtonLink size="small" href={urls.serverSettings(server)}>
                Raise the limit
              </ButtonLink>
            ) : null}
            {server.offered.includes('start') ? (
              <form method="post" action={urls.serverPower(server)}>
                <Button size="small" type="submit" name="action" value="start" icon="play">
                  Start
                </Button>
              </form>
            ) : null}
          </>
        )
      }
    >
      <p>
        <strong>{again ? `Crashed and was started again${times(restarts)}.` : 'Crashed.'}</strong>{' '}
        {causeOf(exit, limits)}, <Age since={exit.at} words="% ago" />.
        {reason && !server.notReady ? ` ${withoutCause(reason)}` : ''}
      </p>
      {exit.lastLines.length > 0 ? <LastLines exit={exit} /> : null}
    </Banner>
  )
}

function LastLines({ exit }: { readonly exit: Exit }) {
  return (
    // Of this crash: another one gets another element, and an open one stays open when something else is pushed.
    <details class="last-lines" id={`exit-${Date.parse(exit.at)}`} hx-morph-skip="true">
      <summary class="link">See the last lines</summary>
      <pre class="well" tabindex={0}>
        {exit.lastLines.join('\n')}
      </pre>
    </details>
  )
}

function causeOf({ outOfMemory, signal, code }: Exit, limits: { readonly memoryBytes: number }): string {
  if (outOfMemory) return `Out of memory: it hit its ${formatMemory(limits.memoryBytes)} limit`
  if (signal !== undefined) return `The process ended by ${signal} (exit code ${code})`
  return `The process ended with exit code ${code}`
}

/** The node's reason begins with the cause in a sentence of its own, which stands here already. */
const withoutCause = (reason: string): string =>
  reason.replace(/^It (ran out of memory|was ended by \w+|ended with exit code \d+)\. /, '')

const times = (count: number): string => (count === 1 ? '' : `, ${count} times`)

function Hint({ server, hint }: { readonly server: ServerView; readonly hint: NonNullable<ServerView['hint']> }) {
  return (
    <Banner
      tone="warn"
      actions={
        hint.fix && server.may.has('server.startup.update') ? (
          <form method="post" action={urls.serverHint(server)}>
            <input type="hidden" name="hint" value={hint.id} />
            <Button size="small" type="submit">
              {hint.fix.label}
            </Button>
          </form>
        ) : undefined
      }
    >
      <strong>{hint.title.replace(/\.?$/, '.')}</strong> {hint.advice}
    </Banner>
  )
}
