// The console: toolbar, log and command line. Without script it is the last lines and a form; static/js/console.js makes
// it live. Nothing of it is pushed.
import { plainText } from '#core/domain/console.ts'
import { Button } from '#views/components/button.tsx'
import { Icon } from '#views/components/icon.tsx'
import type { IconName } from '#views/components/icon-names.ts'
import type { ConsoleLineView, ServerView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

export interface ConsoleProps {
  readonly server: ServerView
  readonly lines: readonly ConsoleLineView[]
  readonly moreAbove: boolean
}

export function Console({ server, lines, moreAbove }: ConsoleProps) {
  return (
    <section
      class="card console"
      aria-label="Console"
      data-console
      data-server={server.id}
      data-socket={urls.serverConsole(server)}
      data-history={urls.serverHistory(server)}
      data-search={urls.serverSearch(server)}
      data-list={urls.servers()}
    >
      <Toolbar />
      <FindStrip />
      <div class="log-frame">
        <div
          class="term before-script"
          data-log
          role="log"
          aria-live="off"
          aria-label={`Console of ${server.name}`}
          tabindex={0}
        >
          <div class="term-top">
            <button type="button" class="link" data-log-older hidden>
              Load older lines
            </button>
            <p data-log-begin hidden>
              The log begins here
            </p>
          </div>
          <div data-log-lines />
          <PlainLog server={server} lines={lines} moreAbove={moreAbove} />
        </div>
        <button type="button" class="button pill" data-log-pill hidden>
          <Icon name="arrow-down" />
          <span>Follow</span>
        </button>
      </div>
      <CommandLine server={server} />
    </section>
  )
}

/** What is there before the first line comes over the socket, and all there is without script. */
function PlainLog({ server, lines, moreAbove }: ConsoleProps) {
  return (
    <div data-log-plain>
      {moreAbove ? (
        <noscript>
          <p class="term-note">The last {lines.length} lines; older ones need JavaScript.</p>
        </noscript>
      ) : null}
      {lines.length === 0 ? (
        <p class="term-note">
          {server.state === 'installing'
            ? 'Nothing was written yet.'
            : 'Nothing was written yet. Start the server to see its console.'}
        </p>
      ) : (
        <pre>{lines.map(plainLine).join('\n')}</pre>
      )}
      <noscript>
        <p class="term-note">
          <a class="link" href={urls.server(server)}>
            Refresh
          </a>
        </p>
      </noscript>
    </div>
  )
}

export function plainLine({ kind, text }: ConsoleLineView): string {
  switch (kind) {
    case 'i':
      return `> ${plainText(text.slice(text.indexOf('\t') + 1))}`
    case 's':
      return `[Stellar] ${plainText(text)}`
    case 'g':
      return `— ${/^\d+$/.test(text) ? text : 'some'} lines are missing —`
    case 'o':
    case 'e':
      return plainText(text)
  }
}

function Toolbar() {
  return (
    <header class="console-bar only-script">
      <label class="search">
        <Icon name="search" />
        <span class="sr">Find in log</span>
        <input
          type="search"
          placeholder="Find in log"
          autocomplete="off"
          spellcheck={false}
          data-find="field"
          data-slash
        />
      </label>
      <fieldset class="segmented">
        <legend class="sr">Level</legend>
        <Level value="all" label="All" checked />
        <Level value="warn" label="Warnings" />
        <Level value="error" label="Errors" />
      </fieldset>
      <div class="console-tools row end">
        <Tool name="times" icon="clock" label="Show times" pressed />
        <Tool name="wrap" icon="wrap-text" label="Wrap long lines" pressed />
        <Tool name="aloud" icon="volume-2" label="Read new lines aloud" />
        <Tool name="wide" icon="maximize-2" label="Wide console" />
      </div>
    </header>
  )
}

function Level({ value, label, checked = false }: { value: string; label: string; checked?: boolean }) {
  return (
    <label>
      <input type="radio" class="sr" name="level" value={value} checked={checked} />
      {label}
      {value === 'all' ? null : <small data-count={value} />}
    </label>
  )
}

interface ToolProps {
  readonly name: string
  readonly icon: IconName
  readonly label: string
  readonly pressed?: boolean
}

function Tool({ name, icon, label, pressed = false }: ToolProps) {
  return (
    <Button
      kind="ghost"
      icon={icon}
      label={label}
      title={label}
      data-tool={name}
      aria-pressed={pressed ? 'true' : 'false'}
    />
  )
}

function FindStrip() {
  return (
    <>
      <div class="find-strip actions" data-find="strip" hidden>
        <span data-find="count" role="status" />
        <Button kind="ghost" size="small" icon="chevron-up" label="Previous match" data-find="previous" />
        <Button kind="ghost" size="small" icon="chevron-down" label="Next match" data-find="next" />
        <Button kind="ghost" size="small" icon="history" data-find="history">
          Search the kept history
        </Button>
        <Button kind="ghost" size="small" icon="x" label="Leave find" data-find="leave" class="end" />
      </div>
      <section class="found" data-find="found" aria-label="Found in the history" hidden>
        <header class="row">
          <p data-find="found-title" role="status" />
          <Button kind="ghost" size="small" icon="x" label="Close the list" data-find="found-close" />
        </header>
        <ol data-find="found-list" />
      </section>
    </>
  )
}

function CommandLine({ server }: { readonly server: ServerView }) {
  const refused = whyNot(server)
  return (
    <form class="command-line" method="post" action={urls.serverCommand(server)} data-command>
      <div class="quick only-script">
        <Quick value="up" label="↑" name="Earlier in the history" />
        <Quick value="down" label="↓" name="Later in the history" />
        <Quick value="/" label="/" name="Begin with a slash" />
      </div>
      <p class="command-message error" data-command-message role="status" hidden />
      <div class="command-row row">
        <span class="prompt" aria-hidden="true">
          &gt;
        </span>
        <input
          name="command"
          type="text"
          aria-label="Command"
          placeholder={refused ?? 'Type a command'}
          disabled={refused !== undefined}
          maxlength={4000}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          enterkeyhint="send"
          required
        />
        <button type="submit" class="button primary" disabled={refused !== undefined}>
          <Icon name="corner-down-left" />
          Send
        </button>
      </div>
    </form>
  )
}

/** Why nobody, or not whoever looks, sends commands here at all. */
function whyNot({ consoleInput, suspended, may }: ServerView): string | undefined {
  if (consoleInput === 'none') return 'This game reads no commands from its console'
  if (may.has('server.console.send')) return undefined
  return suspended ? 'The server is suspended' : 'You may read this console, not send commands'
}

function Quick({ value, label, name }: { readonly value: string; readonly label: string; readonly name: string }) {
  return (
    <button type="button" class="button small" data-quick={value} aria-label={name}>
      {label}
    </button>
  )
}

/** Above the page, shown by the script when its socket is gone. */
export function LostBanner({ server }: { readonly server: ServerView }) {
  return (
    <section class="banner row warn" data-lost={server.id} role="alert" hidden>
      <Icon name="wifi-off" />
      <div>
        <strong>
          Live feed lost at <span data-lost-at />.
        </strong>{' '}
        The server may run on; this page just can’t see it. Missed lines will be filled in.{' '}
        {/* Counts down: not for the alert, which is read once. */}
        <span aria-hidden="true" data-lost-next />
      </div>
      <div class="actions">
        <Button size="small" icon="refresh-cw" data-lost-try>
          Try now
        </Button>
      </div>
    </section>
  )
}
