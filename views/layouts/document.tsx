// The HTML document: language, theme, style sheets and scripts. Nothing inline: the content security policy forbids it.
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { Shell } from '#views/models.ts'
import { asset } from '#views/urls.ts'

export interface DocumentProps {
  /** Name of the page; the installation's name follows it. */
  readonly title: string
  readonly instance: string
  readonly version: string
  readonly theme: Shell['theme']
  /** Modules of this page beside the shell, below static/js: `console.js`. */
  readonly scripts?: readonly string[]
  /** Style sheets of this page beside app.css, below static/css: `server.css`. */
  readonly styles?: readonly string[]
  readonly bodyClass?: string
  readonly children?: Child
}

export function Document({ title, instance, version, theme, scripts, styles, bodyClass, children }: DocumentProps) {
  return (
    <>
      {raw('<!DOCTYPE html>')}
      <html lang="en" data-theme={theme === 'system' ? undefined : theme}>
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content" />
          <title>
            {title} · {instance}
          </title>
          <link rel="stylesheet" href={asset('css/tokens.css', version)} />
          <link rel="stylesheet" href={asset('css/app.css', version)} />
          {styles?.map((path) => (
            <link rel="stylesheet" href={asset(`css/${path}`, version)} />
          ))}
          {scripts?.map((path) => (
            <script type="module" src={asset(`js/${path}`, version)} />
          ))}
        </head>
        <body class={bodyClass}>{children}</body>
      </html>
    </>
  )
}
