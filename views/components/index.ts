// What `stellar/components` gives to pages, ours and those of plugins. No domain words in here.
export { Avatar } from './avatar.tsx'
export { Banner } from './banner.tsx'
export { Button, ButtonGroup, ButtonLink, buttonClass } from './button.tsx'
export { Card } from './card.tsx'
export { type Check, Checklist } from './checklist.tsx'
export { Command, Copy } from './copy.tsx'
export { Dialog } from './dialog.tsx'
export { Empty } from './empty.tsx'
export { ErrorSummary } from './error-summary.tsx'
export {
  CheckField,
  Field,
  type FieldProps,
  fieldId,
  NumberField,
  type Option,
  PasswordField,
  SearchField,
  SelectField,
  TextareaField,
  TextField,
  tied,
} from './field.tsx'
export { Icon, Logo } from './icon.tsx'
export type { IconName } from './icon-names.ts'
export { Menu } from './menu.tsx'
export { Gauge, loadClass, Meter } from './meter.tsx'
export { PageHead } from './page-head.tsx'
export { Plate } from './plate.tsx'
export { Progress } from './progress.tsx'
export { QrCode } from './qr-code.tsx'
export { Segmented } from './segmented.tsx'
export { Sparkline } from './sparkline.tsx'
export { StarChart } from './star-chart.tsx'
export { type Mark, StateMark } from './state-mark.tsx'
export { Steps } from './steps.tsx'
export { Tag } from './tag.tsx'
export { formatDuration, Time } from './time.tsx'
