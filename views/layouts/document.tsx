// The HTML document: language, theme, style sheets and scripts. Nothing inline: the content security policy forbids it.
import { html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Shell } from '#views/models.ts'
import { asset } from '#views/urls.ts'

export interface DocumentProps {
  /** Name of the page; the installation's name follows it. */
  readonly title: string
  readonly instance: string
  readonly version: string
  readonly theme: Shell['theme']
  /** For static/js/locale.js. */
  readonly locale?: Shell['locale']
  /** Modules of this page, below static/js: `console.js`; or `vendor/…`, a script that is no module. */
  readonly scripts?: readonly string[]
  /** Style sheets of this page beside those of every page, below static/css: `server.css`. */
  readonly styles?: readonly string[]
  /** It changes by itself: without script it is loaded again every half minute. */
  readonly live?: boolean
  readonly bodyClass?: string
  readonly children?: Child
}

const shellStyles = ['app.css']

/** On every page; one behaviour each, with a version in the address so that browsers keep them. */
export const shellScripts = [
  'announce.js',
  'copy.js',
  'dialogs.js',
  'fields.js',
  'keys.js',
  'menus.js',
  'stream.js',
  'times.js',
  'toasts.js',
] as const

/**
 * `includeIndicatorCSS` off: it would be a style of its own. Errors are not swapped into what they were asked from: 422
 * carries the form again, everything else is told by toasts.js.
 */
const htmxConfig = raw(
  `<meta name="htmx-config" content='${JSON.stringify({
    includeIndicatorCSS: false,
    extensions: 'sse',
    noSwap: [204, 304, '400', '401', '403', '404', '409', '413', '429', '5xx'],
    defaultTimeout: 30_000,
  })}'>`,
)

/** As many pages as there are sets of files; plugins' among them. */
const mostKept = 200
const kept = new Map<string, ReturnType<typeof html>>()

/** Style sheets and scripts: the same twenty lines on each view of a page, so they are written once. */
function files(version: string, styles: readonly string[], scripts: readonly string[]): ReturnType<typeof html> {
  const key = [version, ...styles, ...scripts].join(' ')
  const known = kept.get(key)
  if (known) return known
  const modules = scripts.filter((path) => !path.startsWith('vendor/'))
  const htmx = scripts.length === 0 ? [] : ['vendor/htmx.min.js', 'vendor/hx-sse.min.js']
  const plain = [...htmx, ...scripts.filter((path) => path.startsWith('vendor/'))]
  const tags = html`${styles.map((path) => html`<link rel="stylesheet" href="${asset(`css/${path}`, version)}">`)}
<script src="${asset('js/has-script.js', version)}"></script>
${plain.map((path) => html`<script defer src="${asset(path, version)}"></script>`)}
${modules.map((path) => html`<script type="module" src="${asset(`js/${path}`, version)}"></script>`)}`
  if (kept.size >= mostKept) kept.clear()
  kept.set(key, tags)
  return tags
}

export function Document(props: DocumentProps) {
  const {
    title,
    instance,
    version,
    theme,
    locale,
    scripts = [],
    styles = [],
    live = false,
    bodyClass,
    children,
  } = props
  return (
    <>
      {raw('<!DOCTYPE html>')}
      <html
        lang="en"
        data-theme={theme === 'system' ? undefined : theme}
        data-language={locale?.language}
        data-time-zone={locale?.timeZone}
      >
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
          <title>{`${title} · ${instance}`}</title>
          <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
          {htmxConfig}
          <link rel="icon" href={asset('img/favicon.svg', version)} type="image/svg+xml" />
          <link
            rel="preload"
            href="/static/fonts/instrument-sans-latin.woff2"
            as="font"
            type="font/woff2"
            crossorigin=""
          />
          {files(version, [...shellStyles, ...styles], scripts)}
          {live ? (
            <noscript>
              <meta http-equiv="refresh" content="30" />
            </noscript>
          ) : null}
        </head>
        <body class={bodyClass}>{children}</body>
      </html>
    </>
  )
}
