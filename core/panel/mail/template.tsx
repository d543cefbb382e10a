// A letter as plain text and as HTML: one column, colours for light and dark, nothing that is fetched.
import { raw } from 'hono/html'
import type { Html } from '#core/panel/http/render.tsx'
import type { Letter } from './letter.ts'

export interface Drawn {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export async function drawLetter(
  letter: Letter,
  sender: { readonly instance: string; readonly url: string },
): Promise<Drawn> {
  const link = letter.action && { label: letter.action.label, href: sender.url + letter.action.path }
  return {
    subject: letter.subject,
    text: [
      ...letter.text,
      ...(link ? [`${link.label}:\n${link.href}`] : []),
      `-- \n${letter.foot}\n${sender.instance}, ${sender.url}`,
    ].join('\n\n'),
    html: await drawn(<Page letter={letter} link={link} {...sender} />),
  }
}

async function drawn(node: Html): Promise<string> {
  return String(await node)
}

// Styles stand in the elements: mail programs drop sheets. The few rules in the head only turn it dark.
const face = 'font-family:system-ui,-apple-system,Segoe UI,Roboto,sans-serif'
const dark = `@media (prefers-color-scheme: dark) {
  body, .sheet { background: #14161b !important; color: #e8e9ed !important; }
  .small { color: #a3a7b3 !important; }
  .button { background: #7aa2ff !important; color: #0d1017 !important; }
  a.link { color: #9dbaff !important; }
}`

interface PageProps {
  readonly letter: Letter
  readonly link: { readonly label: string; readonly href: string } | undefined
  readonly instance: string
  readonly url: string
}

function Page({ letter, link, instance, url }: PageProps) {
  return (
    <>
      {raw('<!DOCTYPE html>')}
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <meta name="supported-color-schemes" content="light dark" />
          <title>{letter.subject}</title>
          <style>{raw(dark)}</style>
        </head>
        <body class="sheet" style={`margin:0;padding:24px;background:#ffffff;color:#1a1c22;${face}`}>
          <div style="max-width:520px;margin:0 auto">
            <p class="small" style="margin:0 0 24px;font-size:14px;color:#5b6070">
              <strong>Stellar</strong>
              {instance === 'Stellar' ? '' : ` · ${instance}`}
            </p>
            <h1 style="margin:0 0 16px;font-size:20px;line-height:28px">{letter.subject}</h1>
            {letter.text.map((paragraph) => (
              <p style="margin:0 0 16px;font-size:15px;line-height:23px">{paragraph}</p>
            ))}
            {link ? (
              <>
                <p style="margin:24px 0">
                  <a
                    class="button"
                    href={link.href}
                    style="display:inline-block;padding:11px 18px;border-radius:6px;background:#2f5fe0;color:#ffffff;font-size:15px;font-weight:600;text-decoration:none"
                  >
                    {link.label}
                  </a>
                </p>
                <p class="small" style="margin:0 0 24px;font-size:13px;line-height:20px;color:#5b6070">
                  If the button does nothing, open this address:
                  <br />
                  <a class="link" href={link.href} style="color:#2f5fe0;word-break:break-all">
                    {link.href}
                  </a>
                </p>
              </>
            ) : null}
            <p
              class="small"
              style="margin:32px 0 0;padding-top:16px;border-top:1px solid #8884;font-size:13px;line-height:20px;color:#5b6070"
            >
              {letter.foot}
              <br />
              {instance}, {url}
            </p>
          </div>
        </body>
      </html>
    </>
  )
}
