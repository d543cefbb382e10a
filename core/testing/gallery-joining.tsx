// The pages of people who are not signed in, beside sign-in and set-up.
import type { Context, Hono } from 'hono'
import type { Stage } from '#views/layouts/bare.tsx'
import { ConfirmPage } from '#views/pages/joining/confirm.tsx'
import { ForgotPage } from '#views/pages/joining/forgot.tsx'
import { JoinPage } from '#views/pages/joining/join.tsx'
import { MessagePage } from '#views/pages/joining/message.tsx'
import { RecoverPage } from '#views/pages/joining/recover.tsx'
import { ResetPage } from '#views/pages/joining/reset.tsx'
import { SignUpPage } from '#views/pages/joining/sign-up.tsx'
import { urls } from '#views/urls.ts'

export const joiningPages = [
  '/sign-up',
  '/sign-up?errors',
  '/sign-up?sent',
  '/join',
  '/forgot-password',
  '/forgot-password?impossible',
  '/reset-password?errors',
  '/recover',
  '/verify-email',
] as const

export function galleryJoining(app: Hono, stage: (c: Context) => Stage): void {
  const asked = (c: Context, name: string): boolean => c.req.query(name) !== undefined
  const email = 'robin@people.example'
  const weak = { password: 'At least 10 characters; a few words are good.' }
  app.get(urls.signUp.pattern, (c) => {
    if (asked(c, 'sent'))
      return c.html(
        <MessagePage {...stage(c)} title="Look into your mailbox" text={`A mail is on its way to ${email}.`} />,
      )
    const errors = asked(c, 'errors') ? weak : {}
    const mode = asked(c, 'errors') ? 'by-hand' : 'mail'
    return c.html(<SignUpPage {...stage(c)} mode={mode} values={{ name: 'Robin', email }} errors={errors} />)
  })
  app.get(urls.join.pattern, (c) => c.html(<JoinPage {...stage(c)} token="t" email={email} name="" errors={{}} />))
  app.get(urls.forgot.pattern, (c) =>
    c.html(<ForgotPage {...stage(c)} possible={!asked(c, 'impossible')} email="" error={undefined} />),
  )
  app.get(urls.reset.pattern, (c) => c.html(<ResetPage {...stage(c)} token="t" email={email} errors={weak} />))
  app.get(urls.recover.pattern, (c) =>
    c.html(<RecoverPage {...stage(c)} token="t" email={email} removeFactors errors={asked(c, 'errors') ? weak : {}} />),
  )
  app.get(urls.verifyEmail.pattern, (c) =>
    c.html(
      <ConfirmPage
        {...stage(c)}
        title="Confirm your address"
        text={`Is ${email} yours?`}
        label="Yes, it is mine"
        action={urls.verifyEmail()}
        token="t"
      />,
    ),
  )
}
