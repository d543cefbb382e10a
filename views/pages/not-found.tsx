// 404 as a page.
import { ErrorPage, type ErrorProps } from './error.tsx'

export type NotFoundProps = Pick<ErrorProps, 'shell' | 'instance' | 'version' | 'requestId'>

export function NotFoundPage(props: NotFoundProps) {
  return (
    <ErrorPage
      {...props}
      status={404}
      title="There is nothing at this address"
      message="It may have been deleted or renamed, or the link is incomplete."
      hint={undefined}
    />
  )
}
